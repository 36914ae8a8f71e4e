// Command chatsmoke has one chat through a running demo, as a visitor and an
// agent would: the page, the widget's protocol, the desk's public interface, its
// live events. It says what it does and exits with 1 at the first thing that is
// not as it should be.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/sim/colleague"
	"github.com/zongler/zongler/sim/visitor"
)

// What is said, and how long everything together may take.
const (
	question = "Dzień dobry, od rana nie działa mi internet."
	reply    = "Dzień dobry! Już sprawdzam linię."
	stars    = 5
	pageMax  = 1 << 20
)

func main() {
	base := flag.String("url", "http://127.0.0.1:8080", "address of the demo")
	brand := flag.String("brand", "fala-net", "whose page is visited")
	role := flag.String("role", "agent", "demo role that answers")
	within := flag.Duration("within", time.Minute, "how long the chat may take")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *within)
	defer cancel()
	if err := chat(ctx, os.Stdout, *base, *brand, *role); err != nil {
		fmt.Fprintln(os.Stderr, "chatsmoke:", err)
		os.Exit(1) //nolint:gocritic // the process ends anyway
	}
}

// chat is the whole conversation.
func chat(ctx context.Context, out io.Writer, base, brand, role string) (err error) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	begun := time.Now()
	key, err := widgetKey(ctx, base, brand)
	if err != nil {
		return err
	}
	say("page of %s carries the widget %s", brand, key)

	agent, err := colleague.SignIn(ctx, base, role)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, agent.Leave(ctx)) }()
	if err := agent.Available(ctx); err != nil {
		return err
	}
	say("%s is available", agent.Name())

	v := visitor.New(visitor.Config{Base: base, Key: key, Language: "pl", Origin: base})
	defer v.Leave()
	conversation, err := v.Open(ctx, map[string]string{"name": "Łukasz Żak"}, "1")
	if err != nil {
		return err
	}
	if _, err := v.Say(ctx, question); err != nil {
		return err
	}
	say("visitor %s wrote in conversation %s", v.Who().ID, conversation)

	offer, err := agent.Offered(ctx, conversation)
	if err != nil {
		return err
	}
	if err := agent.Accept(ctx, offer); err != nil {
		return err
	}
	if err := v.Until(ctx, active); err != nil {
		return fmt.Errorf("the visitor is not told who answers: %w", err)
	}
	say("%s was offered the conversation and accepted it", agent.Name())

	sent := time.Now()
	if err := agent.Reply(ctx, conversation, reply); err != nil {
		return err
	}
	if err := v.Until(ctx, answered); err != nil {
		return fmt.Errorf("the reply does not arrive: %w", err)
	}
	say("the reply arrived %s after it was sent", time.Since(sent).Round(time.Millisecond))

	if err := agent.Finish(ctx, offer.InteractionID); err != nil {
		return err
	}
	if err := v.Until(ctx, asked); err != nil {
		return fmt.Errorf("the visitor is not asked for an opinion: %w", err)
	}
	if err := v.Rate(ctx, stars, "Szybko i miło."); err != nil {
		return err
	}
	say("resolved and judged with %d stars, %s altogether", stars, time.Since(begun).Round(time.Millisecond))
	return nil
}

func active(s webchat.State, _ []webchat.Entry) bool { return s.Phase == webchat.PhaseActive }

func answered(_ webchat.State, entries []webchat.Entry) bool {
	for _, e := range entries {
		if e.Author.Kind == webchat.AuthorAgent && e.Text == reply {
			return true
		}
	}
	return false
}

func asked(s webchat.State, _ []webchat.Entry) bool {
	return s.Survey == webchat.SurveyAsked
}

var keyOnPage = regexp.MustCompile(`data-key="([^"]+)"`)

// widgetKey finds the widget on a brand's demo page.
func widgetKey(ctx context.Context, base, brand string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/demo/"+brand, nil)
	if err != nil {
		return "", err
	}
	res, err := (&http.Client{}).Do(r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(io.LimitReader(res.Body, pageMax))
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s: is it a demo?", r.URL, res.Status)
	}
	found := keyOnPage.FindSubmatch(page)
	if found == nil {
		return "", errors.New("the demo page carries no widget")
	}
	return string(found[1]), nil
}
