package authres_test

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/authres"
)

func read(trusted string, lines ...string) authres.Results {
	m := mailmsg.ParseBytes([]byte(strings.Join(lines, "\n")+"\nFrom: a@x.pl\n\nx"), mailmsg.Limits{})
	return authres.Read(m.Header, trusted)
}

func TestRead(t *testing.T) {
	t.Parallel()
	google := "Authentication-Results: mx.google.com;\n dkim=pass header.i=@x.pl header.s=s1 header.b=abc;\n" +
		" spf=softfail (google.com: domain of transitioning a@x.pl; does not designate 1.2.3.4) smtp.mailfrom=a@x.pl;\n dmarc=fail (p=REJECT sp=NONE dis=NONE) header.from=x.pl"
	for name, c := range map[string]struct {
		trusted string
		lines   []string
		want    authres.Results
	}{
		"as Google writes it":                  {"mx.google.com", []string{google}, authres.Results{SPF: "softfail", DKIM: "pass", DMARC: "fail"}},
		"a name in other letters":              {"MX.Google.Com", []string{google}, authres.Results{SPF: "softfail", DKIM: "pass", DMARC: "fail"}},
		"nobody is trusted":                    {"", []string{google}, authres.Results{}},
		"another server wrote it":              {"mx.wp.pl", []string{google}, authres.Results{}},
		"a server with a longer name":          {"google.com", []string{google}, authres.Results{}},
		"a server without a name, as it is":    {authres.Nameless, []string{"Authentication-Results: spf=pass (sender IP is 1.2.3.4)\n smtp.mailfrom=x.pl; dkim=none (message not signed) header.d=none;dmarc=bestguesspass"}, authres.Results{SPF: "pass", DKIM: "none"}},
		"a nameless field where a name is due": {"mx.x.pl", []string{"Authentication-Results: spf=pass smtp.mailfrom=x.pl"}, authres.Results{}},
		"one of two signatures holds":          {"mx", []string{"Authentication-Results: mx; dkim=fail header.d=a; dkim=pass header.d=x.pl"}, authres.Results{DKIM: "pass"}},
		"the uppermost field has the word":     {"mx", []string{"Authentication-Results: mx; spf=fail", "Authentication-Results: mx; spf=pass; dmarc=pass"}, authres.Results{SPF: "fail", DMARC: "pass"}},
		"a forged one below another's":         {"mx", []string{"Authentication-Results: other; spf=fail", "Authentication-Results: evil; dmarc=pass"}, authres.Results{}},
		"a result within a comment":            {"mx", []string{"Authentication-Results: mx (x; dmarc=pass); spf=none"}, authres.Results{SPF: "none"}},
		"a result within quotes":               {"mx", []string{`Authentication-Results: mx; spf=fail reason="no; dmarc=pass"`}, authres.Results{SPF: "fail"}},
		"a comment without end":                {"mx", []string{"Authentication-Results: mx; spf=fail (x; dmarc=pass"}, authres.Results{SPF: "fail"}},
		"versions and spaces":                  {"mx", []string{"Authentication-Results: mx 1; SPF/1 = Pass smtp.mailfrom=a"}, authres.Results{SPF: "pass"}},
		"an old word":                          {"mx", []string{"Authentication-Results: mx; spf=hardfail"}, authres.Results{SPF: "fail"}},
		"nothing was looked at":                {"mx", []string{"Authentication-Results: mx; none"}, authres.Results{}},
		"a word that is none":                  {"mx", []string{"Authentication-Results: mx; spf=maybe; dkim=; =pass"}, authres.Results{}},
	} {
		if got := read(c.trusted, c.lines...); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if !(authres.Results{DMARC: "fail", SPF: "pass"}).Forged() || (authres.Results{SPF: "fail"}).Forged() {
		t.Error("who forwards breaks SPF: the domain itself has the word")
	}
}

func FuzzRead(f *testing.F) {
	f.Add("mx; spf=pass (a (b) \\) c); dkim=fail reason=\"x;\\\"y\"", "mx")
	f.Add("spf=pass", "-")
	f.Add(strings.Repeat("(", 100)+";;;=", "mx")
	f.Fuzz(func(t *testing.T, value, trusted string) {
		got := read(trusted, "Authentication-Results: "+value)
		for _, verdict := range []string{got.SPF, got.DKIM, got.DMARC} {
			if len(verdict) > len("temperror") || strings.ContainsAny(verdict, " \r\n;=") {
				t.Errorf("%q", verdict)
			}
		}
		if trusted == "" && !got.IsZero() {
			t.Errorf("%+v of nobody", got)
		}
	})
}
