package records_test

import (
	"database/sql"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/records"
	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"
)

// insert makes a table of customers in a database. Cells that are empty are NULL.
func insert(t testing.TB, db *sql.DB, text string) {
	t.Helper()
	_, err := db.Exec("CREATE TABLE customers (id INTEGER PRIMARY KEY, age INTEGER, city TEXT, income DOUBLE PRECISION, churned TEXT, weight NUMERIC)")
	must(t, err)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	must(t, err)
	var values []string
	for i, row := range rows[1:] {
		age, city := row[0], "'"+row[1]+"'"
		if age == "" {
			age = "NULL"
		}
		if row[1] == "" {
			city = "NULL"
		}
		values = append(values, fmt.Sprintf("(%d, %s, %s, %s, '%s', %s)", i, age, city, row[2], row[3], row[4]))
	}
	_, err = db.Exec("INSERT INTO customers VALUES " + strings.Join(values, ", "))
	must(t, err)
}

const query = "SELECT weight, churned, income, city, age FROM customers ORDER BY id"

// database checks what a fit relies on with any database.
func database(t *testing.T, db *sql.DB) {
	text := customers(300)
	insert(t, db, text)
	sameHistory(t, records.SQL{DB: db, Query: query}, inMemory(t, text))

	inUse := func() int { return db.Stats().InUse }
	ds := &records.Dataset{Source: records.SQL{DB: db, Query: query}, Columns: records.Columns{X: []string{"INCOME"}, Y: []string{"churned"}, Labels: []string{"no", "yes"}}, Buffer: 20}
	counts, err := ds.ClassCounts()
	must(t, err)
	if counts[0]+counts[1] != 300 || counts[1] != strings.Count(text, ",yes,") {
		t.Errorf("counts %v of %d", counts, strings.Count(text, ",yes,"))
	}
	stopsEarly(t, ds, inUse)

	for _, c := range []struct {
		ds   *records.Dataset
		want string
	}{
		{&records.Dataset{Source: records.SQL{}}, "records: query: an SQL source needs a database and a query"},
		{&records.Dataset{Source: records.SQL{DB: db, Query: "SELECT a FROM nowhere"}}, "nowhere"},
		{&records.Dataset{Source: records.SQL{DB: db, Query: query}, Columns: records.Columns{X: []string{"height"}}}, `records: query: there is no column "height", expected one of "weight", "churned"`},
		{&records.Dataset{Source: records.SQL{DB: db, Query: query}, Columns: records.Columns{X: []string{"city"}}}, `records: query: row 0, column "city": "Rome" is not a number`},
		{&records.Dataset{Source: records.SQL{DB: db, Query: query}, Columns: records.Columns{X: []string{"age"}}}, `records: query: row 3, column "age": there is no value, expected a number`},
	} {
		if err := firstError(c.ds.Batches(data.Order{})); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "records: query: ") {
			t.Errorf("error %q, expected %q", err, c.want)
		}
	}
	if n := inUse(); n != 0 {
		t.Errorf("%d connections are in use", n)
	}
}

func open(t testing.TB, driver, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, name)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

func TestSQLite(t *testing.T) {
	db := open(t, "sqlite", filepath.Join(t.TempDir(), "c.db"))
	database(t, db)
	source := records.SQL{DB: db, Query: "SELECT income > ? AS rich, id FROM customers WHERE id < ? ORDER BY id DESC", Args: []any{20, 3}}
	for b, err := range (&records.Dataset{Source: source}).Batches(data.Order{Shuffle: data.ShuffleOff}) {
		must(t, err)
		if !cmp.Equal(b.X.Float32s(), []float32{0, 2, 0, 1, 0, 0}) {
			t.Errorf("x %v", b.X)
		}
	}
	_, err := db.Exec("CREATE TABLE times (at TIMESTAMP, n INTEGER); INSERT INTO times VALUES ('2020-01-02 03:04:05', 7)")
	must(t, err)
	times := &records.Dataset{Source: records.SQL{DB: db, Query: "SELECT at, n FROM times"}, Columns: records.Columns{X: []string{"n"}}}
	must(t, firstError(times.Batches(data.Order{}))) // nobody wants the time
	times.Columns.X = []string{"at"}
	if err := firstError(times.Batches(data.Order{})); err == nil || !strings.Contains(err.Error(), `row 0, column "at": a time`) {
		t.Errorf("a time: %v", err)
	}
}
