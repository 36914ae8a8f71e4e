package email

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg/safehtml"
)

func TestAMailIsAPageWithoutAnythingThatActs(t *testing.T) {
	t.Parallel()
	h := Header{Inline: map[string]id.Attachment{"logo@fala": 42}}
	cases := []struct {
		name, body string
		options    PageOptions
		has, not   string
	}{
		{"a script goes", `<p>x</p><script>alert(1)</script>`, PageOptions{}, "<p>x</p>", "alert"},
		{"a picture from elsewhere waits", `<img data-remote-src="https://x.example/a.png">`, PageOptions{}, "data-remote-src", ` src="https`},
		{"a picture from elsewhere is loaded when asked for", `<img data-remote-src="https://x.example/a.png">`, PageOptions{Images: true}, `src="https://x.example/a.png"`, "<script"},
		{"a picture within the mail is a file of ours", `<img data-cid="logo@fala">`, PageOptions{}, `src="/api/v1/attachments/` + id.Attachment(42).String() + `"`, "<script"},
		{"what sets no colours is dark on a dark screen", `<p>x</p>`, PageOptions{Dark: true}, `data-theme="dark"`, `data-theme="light"`},
		{"what sets colours stays on white", `<p style="color:#000">x</p>`, PageOptions{Dark: true}, `data-theme="light"`, `data-theme="dark"`},
		{"what sets a ground stays on white", `<table bgcolor="#ffffff"><tr><td>x</td></tr></table>`, PageOptions{Dark: true}, `data-theme="light"`, `data-theme="dark"`},
		{"quotes are marked for folding", `<p>x</p><div data-fold="quote">y</div>`, PageOptions{}, `data-fold="quote"`, "<script"},
	}
	for _, c := range cases {
		got := pageOf(safehtml.NewCleaner(), c.body, h, c.options)
		_, shown, _ := strings.Cut(got, "<body>")
		if !strings.Contains(got, c.has) || strings.Contains(shown, c.not) || strings.Contains(got[:strings.Index(got, "<style>")], c.not) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
