package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// A price list and a film, as far as their first bytes say so.
const (
	priceList = "%PDF-1.7\nprices of this year"
	shortFilm = "\x00\x00\x00\x18ftypmp42 a short film"
)

// send sends a request with headers of its own, and returns the answer with its.
func (c *caller) send(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	c.house.t.Helper()
	r := httptest.NewRequestWithContext(c.house.t.Context(), method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	n := c.house.callers.Add(1)
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:4000", n>>16&255, n>>8&255, n&255)
	c.sign(r.Header)
	w := httptest.NewRecorder()
	c.house.handler.ServeHTTP(w, r)
	return w
}

// uploadAs uploads a file under a name and returns its key.
func (c *caller) uploadAs(path, name, data string) string {
	c.house.t.Helper()
	w := c.send("POST", path, data, "Content-Type", "application/octet-stream", "X-Filename", url.PathEscape(name))
	if w.Code != http.StatusCreated {
		c.house.t.Fatalf("%s: %d %s", name, w.Code, w.Body)
	}
	return field(c.house.t, w.Body.String(), "id")
}

// filedHouse is a house with an article that has files, and people who may and may not read it.
type filedHouse struct {
	*mailHouse
	stranger      *caller // works for another brand
	article       string
	prices, movie string
}

func openFiledHouse(t *testing.T, d *db.DB) *filedHouse {
	t.Helper()
	f := &filedHouse{mailHouse: openMailHouse(t, d)}
	other, err := id.Parse[id.Brand](f.chief.make("POST", "/api/v1/brands", fields{"name": "Inna", "color": "#0b7285", "languages": []string{"pl"}, "time_zone": "Europe/Warsaw"}, "id"))
	f.must(err)
	f.stranger = f.hire(f.tenants[0], "A stranger", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, Brands: []id.Brand{other}})
	f.prices = f.chief.uploadAs(articleFilesPath, "Cennik śląski.pdf", priceList)
	f.movie = f.chief.uploadAs(articleFilesPath, "film.mp4", shortFilm)
	blocks := []fields{
		{"kind": "text", "text": "Ceny na ten rok."},
		{"kind": "file", "text": "Cennik", "file_id": f.prices, "along": true, "variants": fields{"social": "Cennik jest na stronie."}},
		{"kind": "file", "text": "Jak czytać cennik", "file_id": f.movie},
	}
	f.article = f.chief.make("POST", "/api/v1/articles", fields{"brand_ids": []string{f.brand}, "language": "pl", "title": "Ceny", "blocks": blocks}, "id")
	return f
}

const (
	articleFilesPath = "/api/v1/article-files"
	articlesPath     = "/api/v1/articles/"
)

func TestAFileOfAnArticleIsReadAndGoesAlongWithAnAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := openFiledHouse(t, d)
		t.Run("nobody reads the file of a draft but who writes it", func(t *testing.T) { f.t = t; f.drafted() })
		t.Run("it is handed out safely, whole and in parts, to readers of the article", func(t *testing.T) { f.t = t; f.handedOut() })
		t.Run("a copy of what is marked goes along with a mail", func(t *testing.T) { f.t = t; f.sent() })
		t.Run("it stays with the versions that show it, and goes with the last", func(t *testing.T) { f.t = t; f.kept() })
		t.Run("what is no file of ours is refused", func(t *testing.T) { f.t = t; f.wrong() })
	})
}

// gets says what each person is answered for a file.
func (f *filedHouse) gets(file string, want map[*caller]int) {
	f.t.Helper()
	for who, status := range want {
		if got := who.call("GET", articleFilesPath+"/"+file, nil); got.status != status {
			f.t.Errorf("%s gets %d, not %d: %s", who.name, got.status, status, got.body)
		}
	}
}

func (f *filedHouse) drafted() {
	f.gets(f.prices, map[*caller]int{f.chief: 200, f.agent: 404, f.stranger: 404, f.nobody(): 401})
	f.chief.make("POST", articlesPath+f.article+"/publish", fields{"language": "pl"}, "")
}

func (f *filedHouse) handedOut() {
	f.gets(f.prices, map[*caller]int{f.chief: 200, f.agent: 200, f.stranger: 404, f.nobody(): 401})
	if got := f.stranger.call("POST", articleFilesPath+"/"+f.prices+"/copies", nil); got.status != 404 {
		f.t.Errorf("a stranger copies it: %d %s", got.status, got.body)
	}
	var article struct {
		Texts []struct {
			Blocks []struct {
				Kind, Text string
				Along      bool
				File       struct {
					ID, Name, Type string
					Size           int
				}
			}
		}
	}
	f.get("/articles/"+f.article, &article)
	b := article.Texts[0].Blocks[1]
	if !b.Along || b.File.ID != f.prices || b.File.Name != "Cennik śląski.pdf" || b.File.Type != "application/pdf" || b.File.Size != len(priceList) {
		f.t.Errorf("%+v", b)
	}
	w := f.agent.send("GET", articleFilesPath+"/"+f.prices, "")
	h := w.Header()
	if w.Body.String() != priceList || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || h.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(h.Get("Cache-Control"), "private") {
		f.t.Errorf("%v %s", h, w.Body)
	}
	for part, want := range map[string]string{"bytes=4-7": "ftyp", "bytes=-4": "film"} {
		w = f.agent.send("GET", articleFilesPath+"/"+f.movie, "", "Range", part)
		if w.Code != http.StatusPartialContent || w.Body.String() != want || w.Header().Get("Content-Type") != "video/mp4" {
			f.t.Errorf("%s: %d %v %s", part, w.Code, w.Header(), w.Body)
		}
	}
	if w = f.agent.send("GET", articleFilesPath+"/"+f.movie, "", "Range", "bytes=1000-"); w.Code != http.StatusRequestedRangeNotSatisfiable {
		f.t.Errorf("beyond its end: %d %s", w.Code, w.Body)
	}
}

func (f *filedHouse) sent() {
	said := func(channel string) (text string, files []struct{ ID, Name string }) {
		var out struct {
			Text  string
			Files []struct{ ID, Name string }
		}
		f.get("/articles/"+f.article+"/say?channel="+channel, &out)
		return out.Text, out.Files
	}
	for channel, want := range map[string]string{
		"email": "Ceny na ten rok.\n\nCennik 1", "webchat": "Ceny na ten rok.\n\nCennik 1", "facebook": "Ceny na ten rok.\n\nCennik jest na stronie. 0", "sms": "Ceny na ten rok. 0",
	} {
		if text, files := said(channel); fmt.Sprint(text, " ", len(files)) != want {
			f.t.Errorf("%s says %q with %v", channel, text, files)
		}
	}
	c := f.begin(1)
	text, files := said("email")
	again := f.agent.make("POST", articleFilesPath+"/"+files[0].ID+"/copies", nil, "id")
	if again == f.prices {
		f.t.Fatal("the article's own file goes away")
	}
	e := f.reply(c.ID, text, fields{"attachment_ids": []string{again}})
	parsed := mailmsg.ParseBytes([]byte(f.office.Next(f.t).Raw), mailmsg.Limits{})
	if len(parsed.Attachments) != 1 || parsed.Attachments[0].Name != "Cennik śląski.pdf" || !strings.Contains(parsed.Text, "Cennik") {
		f.t.Errorf("the mail says %q with %+v", parsed.Text, parsed.Attachments)
	}
	if e = f.settles(c.ID, e.ID, "sent"); len(e.Attachments) != 1 || e.Attachments[0].ID != again {
		f.t.Errorf("%+v", e)
	}
	own := f.agent.call("POST", "/api/v1/conversations/"+c.ID+"/replies", fields{"text": "x", "client_id": "own", "based_on_seq": 0, "force": true, "attachment_ids": []string{f.prices}})
	if own.status != 422 {
		f.t.Errorf("an article's own file is given away: %d %s", own.status, own.body)
	}
	f.gets(f.prices, map[*caller]int{f.agent: 200, f.stranger: 404})
}

func (f *filedHouse) kept() {
	first := field(f.t, f.chief.call("GET", articlesPath+f.article, nil).body, "texts.id")
	write := func(blocks ...fields) {
		f.chief.make("PUT", articlesPath+f.article+"/text", fields{"language": "pl", "title": "Ceny", "blocks": blocks}, "")
	}
	extra := f.chief.uploadAs(articleFilesPath, "notatka.txt", "prices of next year")
	write(fields{"kind": "file", "text": "Cennik", "file_id": extra})
	write(fields{"kind": "text", "text": "Ceny na ten rok."})
	f.chief.make("POST", articlesPath+f.article+"/publish", fields{"language": "pl"}, "")
	f.gets(f.prices, map[*caller]int{f.chief: 200, f.agent: 404, f.stranger: 404})
	f.swept(2 * media.KeepOrphans)
	f.gets(f.prices, map[*caller]int{f.chief: 200})
	f.gets(extra, map[*caller]int{f.chief: 404})
	f.chief.make("POST", "/api/v1/article-versions/"+first+"/restore", nil, "")
	f.chief.make("POST", articlesPath+f.article+"/publish", fields{"language": "pl"}, "")
	f.gets(f.prices, map[*caller]int{f.agent: 200, f.stranger: 404})
}

// swept lets all files be old, and removes those that nothing names.
func (f *filedHouse) swept(age time.Duration) {
	f.t.Helper()
	f.must(f.app.db.Update(f.t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(f.t.Context(), tx, `UPDATE attachment SET created_at = $1`, time.Now().Add(-age))
		return err
	}))
	f.must(f.app.services.files.Sweep(f.t.Context(), media.SweepJob{}))
}

func (f *filedHouse) wrong() {
	foreign := f.agent.make("POST", "/api/v1/attachments", raw(priceList), "id")
	for what, block := range map[string]fields{
		"another's upload":        {"kind": "file", "text": "x", "file_id": foreign},
		"no file":                 {"kind": "file", "text": "x"},
		"nothing said":            {"kind": "file", "file_id": f.prices},
		"a sheet as a picture":    {"kind": "image", "text": "x", "file_id": f.prices},
		"what another text shows": {"kind": "file", "text": "x", "file_id": f.movie},
	} {
		got := f.chief.call("POST", "/api/v1/articles", fields{"language": "pl", "title": "Inne", "blocks": []fields{block}})
		if got.status != 422 || !strings.Contains(got.body, "blocks.0.") && !strings.Contains(got.body, "blocks[0]") {
			f.t.Errorf("%s: %d %s", what, got.status, got.body)
		}
	}
	w := f.chief.send("POST", articleFilesPath, "MZ a program", "Content-Type", "application/octet-stream", "X-Filename", "cennik.pdf")
	if w.Code != 422 || !strings.Contains(w.Body.String(), "attachment.refused") {
		f.t.Errorf("a program is taken: %d %s", w.Code, w.Body)
	}
	if got := f.agent.call("POST", articleFilesPath, raw(priceList)); got.status != 403 {
		f.t.Errorf("an agent uploads for an article: %d", got.status)
	}
}
