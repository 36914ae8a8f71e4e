package bluesky

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// theNetwork is the network as its makers have it.
type theNetwork struct {
	in    io.Writer
	lines chan map[string]any
}

// startNetwork starts it until the test ends, and returns what it says of itself.
func startNetwork(t *testing.T) (*theNetwork, map[string]any) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "network.mjs")
	cmd.Dir, cmd.Stderr = "../../../e2e/social/network", os.Stderr
	cmd.Env = append(os.Environ(), "DB_POSTGRES_URL="+os.Getenv("ZONGLER_TEST_POSTGRES"), "REDIS_HOST=127.0.0.1") // it is asked for, and nobody calls it
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	n := &theNetwork{in, make(chan map[string]any, 10)}
	go func() {
		defer close(n.lines)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var said map[string]any
			if json.Unmarshal(lines.Bytes(), &said) == nil {
				n.lines <- said
			}
		}
	}()
	return n, n.next(t)
}

// next waits for the next line; it begins slowly.
func (n *theNetwork) next(t *testing.T) map[string]any {
	t.Helper()
	timer := time.NewTimer(8 * time.Minute)
	defer timer.Stop()
	select {
	case line, more := <-n.lines:
		if !more || line["failed"] != nil {
			t.Fatalf("the network: %v", line)
		}
		return line
	case <-timer.C:
		t.Fatal("the network says nothing")
	}
	return nil
}

// does has the network do something.
func (n *theNetwork) does(t *testing.T, act map[string]any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(act)
	if err == nil {
		_, err = n.in.Write(append(raw, '\n'))
	}
	if err != nil {
		t.Fatal(err)
	}
	return n.next(t)
}

// text returns a text of what the network says.
func text(t *testing.T, said map[string]any, path ...string) string {
	t.Helper()
	var at any = said
	for _, name := range path {
		m, _ := at.(map[string]any)
		at = m[name]
	}
	s, _ := at.(string)
	return s
}

// The network that the makers of the protocol run on one machine takes what we say and tells us
// what others say: what we know of it we do not know from our own fake alone. It keeps no
// messages to somebody alone: of those only our fake is known.
func TestTheNetworkUnderstandsUs(t *testing.T) {
	if os.Getenv("ZONGLER_E2E_SOCIAL") == "" || os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		t.Skip("make e2e-social runs it")
	}
	sky, begun := startNetwork(t)
	h := &house{}
	a := NewAdapter()
	a.Connect(New(Deps{
		Accounts: h, Points: h, Client: Client{HTTP: &http.Client{Timeout: time.Minute}}, Directory: text(t, begun, "directory"), Plain: func(string) bool { return true },
		Log: slog.New(slog.DiscardHandler),
	}))
	config := Settings{Server: text(t, begun, "url"), Handle: "@Fala.test"}.config()
	_, err := a.Prove(t.Context(), channel.Entered{Config: config, Secrets: channel.Secrets{secretPassword: "wrong-password"}})
	if told := errs.Told(err); told == nil || len(told.Fields) != 1 || told.Fields[0].Code != "bluesky.password" {
		t.Errorf("a wrong password: %v", err)
	}
	proof, err := a.Prove(t.Context(), channel.Entered{Config: config, Secrets: channel.Secrets{secretPassword: text(t, begun, "password")}})
	if err != nil {
		t.Fatal(err)
	}
	h.account = channel.Account{
		EntryPoint: channel.EntryPoint{ID: 7, Channel: channel.Bluesky, Address: proof.Address, Config: proof.Config},
		Secrets:    channel.Secrets{secretPassword: text(t, begun, "password")}, ConnectedAt: time.Now().Add(-time.Minute),
	}
	h.account.Main = h.account.EntryPoint
	if trials := a.Try(t.Context(), h.account).Trials; len(trials) != 3 || !trials[0].OK || !trials[1].OK {
		t.Errorf("%+v", trials)
	}
	asked := text(t, sky.does(t, map[string]any{"act": "say", "text": "żółć @fala.test gdzie paczka?"}), "said")
	in := fetched(t, a, h, 1)[0]
	if in.Kind != channel.KindMessage || in.ExternalID != asked || in.Post != asked || in.Text != "żółć @fala.test gdzie paczka?" || in.Sender.ExternalID != text(t, begun, "zofia") {
		t.Errorf("%+v", in)
	}
	out := channel.Outgoing{EntryPoint: h.account.EntryPoint, Entry: id.New[id.Entry](), Thread: asked, InReplyTo: asked, Text: "Żółć: (https://example.com/ą), @zofia.test i @nikt.example"}
	first, err := a.Send(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	again, err := a.Send(t.Context(), out)
	if err != nil || again.ExternalID != first.ExternalID {
		t.Errorf("sent again it is another: %v %+v, %+v", err, first, again)
	}
	read := sky.does(t, map[string]any{"act": "read", "uri": first.ExternalID})
	if text(t, read, "post", "record", "text") != out.Text || text(t, read, "post", "record", "reply", "root", "uri") != asked {
		t.Errorf("%v", read)
	}
	record, _ := read["post"].(map[string]any)["record"].(map[string]any)
	if facets, _ := record["facets"].([]any); len(facets) != 2 {
		t.Errorf("%v", record["facets"])
	}
	told, _ := sky.does(t, map[string]any{"act": "told"})["told"].([]any)
	if len(told) != 1 { // an answer that names somebody is told once
		t.Errorf("%v", told)
	}
	goesOn(t, sky, a, h, first.ExternalID)
}

// goesOn has somebody answer our answer; we like that, and take ours back.
func goesOn(t *testing.T, sky *theNetwork, a *Adapter, h *house, ours string) {
	t.Helper()
	then := text(t, sky.does(t, map[string]any{"act": "say", "text": "Dziękuję", "parent": ours}), "said")
	all := fetched(t, a, h, 2)
	in := all[len(all)-1]
	if in.ExternalID != then || in.Target != ours || in.Post == ours || in.Post == then {
		t.Errorf("%+v", in)
	}
	above, err := a.Above(t.Context(), h.account, in.Post, "")
	if err != nil || len(above) != 1 || above[0].Err != nil || above[0].Kind != channel.KindPost {
		t.Errorf("%v %+v", err, above)
	}
	for _, liked := range []bool{true, true, false, false} {
		if err := a.Like(t.Context(), h.account.EntryPoint, then, liked); err != nil {
			t.Error(err)
		}
	}
	apart(t, sky, a, h, in)
	for range 2 {
		if err := a.Delete(t.Context(), channel.Outgoing{EntryPoint: h.account.EntryPoint}, ours); err != nil {
			t.Error(err)
		}
	}
	if read := sky.does(t, map[string]any{"act": "read", "uri": ours}); text(t, read, "post", "gone") != "NotFound" {
		t.Errorf("%v", read)
	}
	_, err = a.Send(t.Context(), channel.Outgoing{EntryPoint: h.account.EntryPoint, Entry: id.New[id.Entry](), Thread: ours, InReplyTo: ours, Text: "Halo"})
	if f := channel.Judge(err); f.Code != "bluesky.gone" {
		t.Errorf("an answer to what is gone: %v", err)
	}
}

// apart has us block who has said something, and let them in again. As long as they are blocked the network shows us nothing of theirs.
func apart(t *testing.T, sky *theNetwork, a *Adapter, h *house, in channel.Inbound) {
	t.Helper()
	for _, blocked := range []bool{true, true, false, false} {
		if err := a.Block(t.Context(), h.account.EntryPoint, in.Sender, blocked); err != nil {
			t.Errorf("blocked %v: %v", blocked, err)
		}
		sky.does(t, map[string]any{"act": "told"}) // all is known everywhere
		l, err := lineOf(h.account)
		if err != nil {
			t.Fatal(err)
		}
		now, err := a.service.view(t.Context(), l, in.Sender.ExternalID)
		if at, is := parseAddress(now.Blocking); err != nil || is != blocked || is && (at.collection != blocks || at.key != keyFor(in.Sender.ExternalID)) {
			t.Errorf("blocked %v: %v %+v", blocked, err, now)
		}
		hidden, err := a.Recheck(t.Context(), h.account, []channel.Still{{Name: in.ExternalID}})
		if err != nil || (len(hidden) == 1) != blocked {
			t.Errorf("blocked %v: %v, %d are hidden", blocked, err, len(hidden))
		}
	}
}

// fetched returns what the network tells us of, once there are so many.
func fetched(t *testing.T, a *Adapter, h *house, want int) (all []channel.Inbound) {
	t.Helper()
	h.account.Cursor = "" // from the beginning: what is told twice is known by its name
	_, err := a.Fetch(t.Context(), h.account, func(_ context.Context, arrived []channel.Arrival) error {
		for _, one := range arrived {
			in, err := a.Read(h.account.EntryPoint, one.Raw)
			if err != nil {
				t.Errorf("%v: %s", err, one.Raw)
			}
			all = append(all, in)
		}
		return nil
	})
	if err != nil || len(all) != want {
		t.Fatalf("%d of %d: %v", len(all), want, err)
	}
	return all
}
