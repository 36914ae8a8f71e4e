package config_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/platform/config"
)

// load reads a configuration with file as the text of <data>/zongler.toml.
func load(t *testing.T, file string, env map[string]string, args ...string) (config.Config, string, error) {
	t.Helper()
	data := t.TempDir()
	if file != "" {
		if err := os.WriteFile(filepath.Join(data, config.FileName), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l := config.NewLoader(func(name string) string {
		if name == "ZONGLER_DATA" && env[name] == "" {
			return data
		}
		return env[name]
	})
	set := flag.NewFlagSet("zongler", flag.ContinueOnError)
	l.Flags(set)
	if err := set.Parse(args); err != nil {
		t.Fatal(err)
	}
	c, err := l.Load()
	return c, data, err
}

func TestNothingIsAGoodConfiguration(t *testing.T) {
	t.Parallel()
	c, err := config.NewLoader(func(string) string { return "" }).Load()
	if err != nil || c.Data != "data" || c.HTTPAddr != "127.0.0.1:8080" || c.DatabaseURL != "sqlite:data/zongler.db" {
		t.Errorf("%+v %v", c, err)
	}
}

func TestFlagsOverruleEnvironmentOverrulesFile(t *testing.T) {
	t.Parallel()
	file := "http_addr = \":1\"\nlog_level = \"warn\"\nlog_format = \"json\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n"
	c, data, err := load(t, file, map[string]string{"ZONGLER_HTTP_ADDR": ":2", "ZONGLER_LOG_LEVEL": "error"}, "--http-addr", ":3")
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTPAddr != ":3" || c.LogLevel != "error" || c.LogFormat != "json" || !slices.Equal(c.TrustedProxies, []string{"10.0.0.0/8"}) {
		t.Errorf("%+v", c)
	}
	if c.DatabaseURL != "sqlite:"+filepath.Join(data, "zongler.db") || c.SecretFile != filepath.Join(data, "secret.key") {
		t.Errorf("defaults do not follow the data folder: %+v", c)
	}
	c, _, err = load(t, "", map[string]string{"ZONGLER_TRUSTED_PROXIES": "10.0.0.1, ::1"}, "--data", "elsewhere")
	if err != nil || len(c.TrustedProxies) != 2 || c.DatabaseURL != "sqlite:elsewhere/zongler.db" {
		t.Errorf("%+v %v", c, err)
	}
}

func TestMistakesAreNamedWithTheirPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, file, want string }{
		{"unknown name", "log_level = \"info\"\n\nhtpp_addr = \":1\"\n", `zongler.toml:3: unknown setting "htpp_addr"`},
		{"unknown table", "\n[http]\naddr = \":1\"\n", `zongler.toml:2: unknown setting "http"`},
		{"not TOML", "data = \"x\"\nhttp_addr = :1\n", "zongler.toml:2: "},
		{"wrong sort", "# port\nhttp_addr = 8080\n", "zongler.toml:2: http_addr must be a text in quotes"},
		{"no list", "trusted_proxies = \"10.0.0.1\"\n", "zongler.toml:1: trusted_proxies must be a list"},
		{"port without host", "http_addr = \"8080\"\n", "write host:port"},
		{"level", "log_level = \"loud\"\n", "write one of debug, info, warn, error"},
		{"database", "database_url = \"mysql://x\"\n", "write sqlite:<file> or postgres://"},
		{"grace", "desk_grace = \"soon\"\n", "from 1s to 1h0m0s, such as 45s"},
		{"no grace", "desk_grace = \"0s\"\n", "from 1s to 1h0m0s, such as 45s"},
		{"an app without a secret", "meta_app_id = \"12345\"\n", "go together"},
		{"an app that is no number", "meta_app_id = \"shop\"\nmeta_app_secret = \"x\"\n", "write the number that Meta shows"},
		{"a version of another shape", "meta_graph_version = \"26\"\n", "write one like v26.0"},
		{"proxy", "trusted_proxies = [\"proxy\"]\n", "such as 10.0.0.0/8"},
	} {
		if _, _, err := load(t, c.file, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.what, err, c.want)
		}
	}
	if _, _, err := load(t, "", nil, "--config", "no-such.toml"); err == nil {
		t.Error("a file that was asked for may be absent")
	}
}

func TestMistakesDoNotRepeatSecrets(t *testing.T) {
	t.Parallel()
	_, _, err := load(t, "", map[string]string{"ZONGLER_S3_URL": "http://key:hunter2@host/b", "ZONGLER_DATABASE_URL": "mysql://u:hunter2@h/d"})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
}

func TestTheNamesOfTheEnvironmentStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"ZONGLER_DATA": "elsewhere", "ZONGLER_HTTP_ADDR": "127.0.0.1:9", "ZONGLER_DATABASE_URL": "postgres://u@h/d",
		"ZONGLER_NATS_URL": "nats://h:4222", "ZONGLER_S3_URL": "s3://k:s@h/b",
	}
	c, _, err := load(t, "", env)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{
		"ZONGLER_DATA": c.Data, "ZONGLER_HTTP_ADDR": c.HTTPAddr, "ZONGLER_DATABASE_URL": c.DatabaseURL,
		"ZONGLER_NATS_URL": c.NATSURL, "ZONGLER_S3_URL": c.S3URL,
	}
	if !maps.Equal(got, env) {
		t.Errorf("%v, want %v", got, env)
	}
}
