package arch_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/zongler/zongler/internal/arch"
)

// TestHouse runs every rule over this checkout.
func TestHouse(t *testing.T) {
	t.Parallel()
	tree, err := arch.Load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range tree.Problems() {
		t.Error(problem)
	}
}

// plan is a small house: two records apart, one engine, an ordered ground.
const plan = "# Plan\n\n```floors\n" +
	"8 commands  cmd/*\n" +
	"6 views     report · worklist\n" +
	"4 engines   routing · channel/*\n" +
	"3 records   customer ·\n            conversation\n" +
	"2 ground    tenant < account < channel\n" +
	"1 platform  platform/db < platform/job\n" +
	"0 words     id < kit/*\n" +
	"```\n"

// house builds a checkout that obeys, changed by "path", "text" pairs.
func house(changes ...string) fstest.MapFS {
	files := fstest.MapFS{}
	put := func(name, text string) { files[name] = &fstest.MapFile{Data: []byte(text)} }
	put("go.mod", "module example.com/house\n")
	put("docs/architecture.md", plan)
	put("schema/0001_first.sql", "-- owner: internal/customer\n-- Who writes to us.\nCREATE TABLE customer (id BIGINT);\n")
	put("internal/customer/customer.go", goFile("customer", "", "`INSERT INTO customer (id) VALUES ($1)`"))
	for i := 0; i < len(changes); i += 2 {
		put(changes[i], changes[i+1])
	}
	return files
}

// goFile writes a package with its comment, one import and one string.
func goFile(name, imported, literal string) string {
	var b strings.Builder
	b.WriteString("// Package " + name + " is made up.\npackage " + name + "\n")
	if imported != "" {
		b.WriteString("\nimport _ \"" + imported + "\"\n")
	}
	if literal != "" {
		b.WriteString("\nconst text = " + literal + "\n")
	}
	return b.String()
}

func TestRules(t *testing.T) {
	t.Parallel()
	const own = "example.com/house/internal/"
	cases := []struct {
		name    string
		changes []string
		want    string // "" means nothing is wrong
	}{
		{"an obedient house has no problem", nil, ""},
		{"a package may import a lower floor", []string{"internal/routing/a.go", goFile("routing", own+"customer", "")}, ""},
		{
			"a package must not import a higher floor",
			[]string{"internal/tenant/a.go", goFile("tenant", own+"customer", "")},
			"tenant (floor 2) must not import customer (floor 3)",
		},
		{
			"records must not import each other",
			[]string{"internal/conversation/a.go", goFile("conversation", own+"customer", "")},
			"must not import customer",
		},
		{"the ground may import what stands left of it", []string{"internal/account/a.go", goFile("account", own+"tenant", "")}, ""},
		{
			"the ground must not import what stands right of it",
			[]string{"internal/tenant/a.go", goFile("tenant", own+"account", "")},
			"tenant (floor 2) must not import account",
		},
		{"an adapter may import the contract", []string{"internal/channel/webchat/a.go", goFile("webchat", own+"channel", "")}, ""},
		{
			"the contract must not import an adapter",
			[]string{"internal/channel/a.go", goFile("channel", own+"channel/webchat", "")},
			"channel (floor 2) must not import channel/webchat",
		},
		{
			"adapters must not import each other",
			[]string{"internal/channel/email/a.go", goFile("email", own+"channel/webchat", "")},
			"must not import channel/webchat",
		},
		{"a package may import its own core", []string{"internal/routing/a.go", goFile("routing", own+"routing/acd", "")}, ""},
		{"small helpers may use each other", []string{"internal/kit/mail/a.go", goFile("mail", own+"kit/html", "")}, ""},
		{
			"tests obey the floors too",
			[]string{"internal/tenant/a_test.go", goFile("tenant", own+"customer", "")},
			"a_test.go: tenant (floor 2)",
		},
		{"every package has a floor", []string{"internal/helpers/a.go", goFile("helpers", "", "")}, "internal/helpers: is on no floor"},
		{"records know no HTTP", []string{"internal/customer/b.go", "package customer\n\nimport _ \"net/http\"\n"}, "must not import net/http"},
		{"adapters know HTTP", []string{"internal/channel/webchat/a.go", goFile("webchat", "net/http", "")}, ""},
		{"the engine is known to platform/db alone", []string{"internal/account/a.go", goFile("account", "database/sql/driver", "")}, "must not import database/sql/driver"},
		{"platform/db knows the engine", []string{"internal/platform/db/a.go", goFile("db", "database/sql", "")}, ""},
		{
			"a dependency has a reason",
			[]string{"go.mod", "module example.com/house\n\nrequire (\n\texample.com/a v1.0.0\n)\n"},
			"example.com/a has no line in docs/adr/0008-dependencies.md",
		},
		{
			"an indirect dependency needs none",
			[]string{"go.mod", "module example.com/house\n\nrequire example.com/a v1.0.0 // indirect\n"},
			"",
		},
		{"a table has an owner", []string{"schema/0002_next.sql", "CREATE TABLE brand (id BIGINT);\n"}, "table brand is not preceded by"},
		{
			"an owner speaks for one table only",
			[]string{"schema/0002_next.sql", "-- owner: internal/customer\nCREATE TABLE a (id BIGINT);\nCREATE TABLE b (id BIGINT);\n"},
			"table b is not preceded by",
		},
		{
			"an owner is a package",
			[]string{"schema/0002_next.sql", "-- owner: internal/gone\nCREATE VIRTUAL TABLE a USING fts5(x);\n"},
			"its owner internal/gone is not a package",
		},
		{
			"nobody writes the table of another",
			[]string{"internal/report/a.go", goFile("report", "", "`UPDATE customer SET id = 1`")},
			"writes table customer, which belongs to internal/customer",
		},
		{
			"an engine does not read the table of another",
			[]string{"internal/routing/a.go", goFile("routing", "", "\"SELECT id FROM customer\"")},
			"reads table customer",
		},
		{"a view reads any table", []string{"internal/report/a.go", goFile("report", "", "\"SELECT id FROM customer\"")}, ""},
		{"prose is not SQL", []string{"internal/routing/a.go", goFile("routing", "", "\"update customer from desk\"")}, ""},
		{"a package says what it is for", []string{"internal/tenant/a.go", "package tenant\n"}, "internal/tenant: has no package comment"},
		{"a package says it once", []string{"internal/customer/b.go", goFile("customer", "", "")}, "has 2 package comments"},
		{
			"a package comment starts with its name",
			[]string{"internal/tenant/a.go", "// Tenants.\npackage tenant\n"},
			"starts with neither Package nor Command",
		},
		{
			"a test does not sleep",
			[]string{"internal/customer/a_test.go", "package customer\n\nimport \"time\"\n\nfunc wait() { time.Sleep(1) }\n"},
			"sleeps outside",
		},
		{"a test sleeps in a bubble", []string{
			"internal/customer/a_test.go",
			"package customer\n\nimport (\n\t_ \"testing/synctest\"\n\t\"time\"\n)\n\nfunc wait() { time.Sleep(1) }\n",
		}, ""},
		{"a file ends before it is too long", []string{"web/src/a.ts", strings.Repeat("a\n", 801)}, "web/src/a.ts: has 801 lines"},
		{"a generated file may be long", []string{"web/src/a.ts", "// Code generated by x. DO NOT EDIT.\n" + strings.Repeat("a\n", 801)}, ""},
		{"no path of one machine", []string{"docs/a.md", "see /ro" + "ot/notes.txt\n"}, "docs/a.md: names a path of one machine"},
		{"a web address is not a path", []string{"docs/a.md", "see https://example.com/ro" + "ot/notes.txt\n"}, ""},
		{
			"lock files name no registry",
			[]string{"web/package-lock.json", "\"resolved\": \"https:/" + "/packages.example/x.tgz\"\n"},
			"is bound to the registry",
		},
		{"other modules and test data are not ours", []string{
			"tools/x/go.mod", "module x\n", "tools/x/a.go", "package x\n", "internal/tenant/testdata/a.go", "package x\n",
		}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tree, err := arch.Load(house(c.changes...))
			if err != nil {
				t.Fatal(err)
			}
			expect(t, tree.Problems(), c.want)
		})
	}
}

func expect(t *testing.T, found []arch.Problem, want string) {
	t.Helper()
	if want == "" {
		if len(found) > 0 {
			t.Fatalf("got %v, want no problem", found)
		}
		return
	}
	for _, problem := range found {
		if strings.Contains(problem.String(), want) {
			return
		}
	}
	t.Fatalf("got %v, want one with %q", found, want)
}

func TestPlanMustBeReadable(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, plan, want string }{
		{"a plan has a picture", "# Plan\n", "no block fenced"},
		{"a floor has a number", "```floors\nground tenant\n```\n", "is not: number, name, packages"},
		{"a floor is ordered or apart, not both", "```floors\n2 ground a < b · c\n```\n", "mixes < and ·"},
		{"a place is a folder", "```floors\n2 ground a < (b)\n```\n", "is not a package"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := arch.Load(house("docs/architecture.md", c.plan))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
