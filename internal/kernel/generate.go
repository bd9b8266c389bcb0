package kernel

//go:generate go run -C gen . -out ../asm_amd64.s -stubs ../asm_amd64.go -pkg kernel -table ../asmtable_amd64.go
