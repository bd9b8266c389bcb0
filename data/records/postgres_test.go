//go:build unix

package records_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq"
)

// A real PostgreSQL server, started for this test where one is installed.
func TestPostgreSQL(t *testing.T) {
	db := open(t, "postgres", server(t))
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		err := db.Ping()
		if err == nil {
			break
		}
		if time.Since(began) > 30*time.Second {
			t.Fatalf("the server does not answer: %v", err)
		}
	}
	database(t, db)
}

// server starts a server that listens on a socket in a folder of its own.
func server(t *testing.T) (name string) {
	t.Helper()
	initdb, postgres := program(t, "initdb"), program(t, "postgres")
	dir, err := os.MkdirTemp("", "pg") // short: the names of sockets are
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	attributes := &syscall.SysProcAttr{}
	if os.Geteuid() == 0 { // it refuses to run as root
		u, err := user.Lookup("nobody")
		if err != nil {
			t.Skipf("PostgreSQL does not run as root, and there is no user nobody: %v", err)
		}
		uid, err := strconv.Atoi(u.Uid)
		must(t, err)
		gid, err := strconv.Atoi(u.Gid)
		must(t, err)
		must(t, os.Chown(dir, uid, gid))
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	data := filepath.Join(dir, "data")
	initialise := exec.Command(initdb, "-D", data, "-A", "trust", "-U", "tester", "--no-sync", "--no-locale", "-E", "UTF8")
	initialise.SysProcAttr, initialise.Dir = attributes, dir
	if out, err := initialise.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	run := exec.Command(postgres, "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	run.SysProcAttr, run.Dir = attributes, dir
	must(t, run.Start())
	t.Cleanup(func() {
		if err := run.Process.Signal(syscall.SIGQUIT); err != nil { // at once
			t.Error(err)
		}
		run.Wait()
	})
	return fmt.Sprintf("host=%s user=tester dbname=postgres sslmode=disable", dir)
}

// program finds a program of PostgreSQL in the path or where Debian keeps it.
func program(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		t.Skipf("PostgreSQL is not installed: there is no program %s", name)
	}
	return found[len(found)-1]
}
