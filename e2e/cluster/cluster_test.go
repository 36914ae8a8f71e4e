package cluster

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/platform/bus/bustest"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/sim/visitor"
)

var kills = flag.Int("kills", 1, "how often the node that routes is killed; 0 skips the test")

// Times.
const (
	grace    = 4 * time.Second  // of the nodes; a node's lease on its desks is as long
	lostIn   = 2 * grace        // after its node died an agent is gone: lease and grace
	slack    = 6 * time.Second  // of a busy machine
	within   = 30 * time.Second // bounds every wait
	password = "a long enough password"
)

func TestTwoNodes(t *testing.T) {
	if *kills == 0 {
		t.Skip("no kills wanted")
	}
	if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		t.Skip("several nodes need PostgreSQL: ZONGLER_TEST_POSTGRES names no server")
	}
	c := &centre{t: t, site: newSite(t, dbtest.PostgresURL(t), bustest.Server(t))}
	var err error
	c.db, err = db.Open(t.Context(), c.site.database, slog.New(slog.DiscardHandler))
	c.must(err)
	t.Cleanup(func() { c.must(c.db.Close()) })
	one, two := c.site.node("one"), c.site.node("two")
	one.start()
	c.open(one)
	c.agentsOf(one)
	for n := range *kills {
		c.round(n, one, two)
		one, two = two, one
	}
	one.stop()
	c.nothingWrong(one, two)
}

// centre is a contact centre on two nodes.
type centre struct {
	t    *testing.T
	site *site
	db   *db.DB

	admin, boss, ana, bea *person
	brand                 string
	widget, quiet         string // keys of the widgets; nobody serves the quiet one
	quietQueue            string
	waiting               []*waiter
}

// waiter waits in the quiet queue.
type waiter struct {
	*visitor.Visitor

	place int
	node  *node
}

func (c *centre) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// open sets the installation up.
func (c *centre) open(n *node) {
	c.admin = newPerson(c.t)
	code, err := os.ReadFile(filepath.Join(c.site.folder, n.name, "setup-code"))
	c.must(err)
	c.admin.call(n, http.MethodPost, "/setup", fields{
		"code":          strings.TrimSpace(string(code)),
		"operator":      fields{"name": "Pannon Kontakt"},
		"administrator": fields{"name": "Grace Allen", "email": "grace@operator.example", "password": password, "language": "en"},
		"brand":         fields{"name": "Fala Net", "color": "#0b7285", "languages": []string{"en"}, "time_zone": "Europe/Warsaw"},
		"widget":        fields{"name": "Fala Net", "domains": []string{}},
		"queue":         fields{"name": "Serwis", "target_percent": 80, "target_seconds": 20},
	}, nil)
	var points struct {
		Items []struct {
			BrandID string `json:"brand_id"`
			Address string `json:"address"`
		} `json:"items"`
	}
	c.admin.call(n, http.MethodGet, "/entry-points", nil, &points)
	c.brand, c.widget = points.Items[0].BrandID, points.Items[0].Address
	c.quietQueue = c.admin.make(n, "/queues", fields{"brand_id": c.brand, "name": "Cisza"})
	var point struct {
		Address string `json:"address"`
	}
	c.admin.call(n, http.MethodPost, "/entry-points", fields{
		"brand_id": c.brand, "channel": "webchat", "name": "Cisza", "queue_id": c.quietQueue, "config": fields{},
	}, &point)
	c.quiet = point.Address
}

func (c *centre) agentsOf(n *node) {
	var queues struct {
		Items []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"items"`
	}
	c.admin.call(n, http.MethodGet, "/queues", nil, &queues)
	hire := func(name, role string) *person {
		p := newPerson(c.t)
		email := name + "@operator.example"
		p.id = c.admin.make(n, "/users", fields{
			"name": name, "email": email, "language": "en", "password": password, "roles": []string{role}, "brand_ids": []string{c.brand},
		})
		for _, q := range queues.Items {
			if q.Name == "Serwis" && role == "agent" {
				c.admin.call(n, http.MethodPut, "/agents/"+p.id+"/queues/"+q.ID, fields{"member": true, "enabled": true}, nil)
			}
		}
		p.signIn(n, email)
		return p
	}
	c.ana, c.bea, c.boss = hire("ana", "agent"), hire("bea", "agent"), hire("boss", "supervisor")
}

// visit lets a visitor in at a node, who says something.
func (c *centre) visit(ctx context.Context, n *node, widget string) *visitor.Visitor {
	c.t.Helper()
	v := visitor.New(visitor.Config{Base: n.base(), Key: widget, Language: "en"})
	c.t.Cleanup(v.Leave)
	c.must(v.Arrive(ctx))
	_, err := v.Open(ctx, nil, "")
	c.must(err)
	_, err = v.Say(ctx, "hello")
	c.must(err)
	return v
}

// owner is who holds the lease on routing, of the only tenant or of both.
func (c *centre) owner() string {
	c.t.Helper()
	owner, err := db.One[string](c.t.Context(), c.db, `SELECT owner FROM lease WHERE name LIKE 'routing/%' ORDER BY name LIMIT 1`)
	c.must(err)
	return owner
}

// round is a day on which one node routes, the other serves, and the first one dies.
func (c *centre) round(n int, routes, serves *node) {
	c.t.Logf("round %d: %s routes", n, routes.name)
	ctx, cancel := context.WithTimeout(c.t.Context(), 3*time.Minute)
	defer cancel()
	owner := c.owner()
	atRoutes := c.ana.sits(routes)
	c.ana.works(routes, true)
	hers := c.visit(ctx, routes, c.widget)
	work := atRoutes.accepts(hers.Conversation().String())
	c.ana.works(routes, false)

	serves.start()
	began := time.Now()
	atServes, onlooker := c.bea.sits(serves), c.boss.sits(routes)
	c.bea.works(serves, true)
	c.queueUp(ctx, n, routes, serves)
	c.boardOf(serves)
	watch := c.boss.sits(serves)
	watch.sends("board", fields{"on": true})
	c.chat(ctx, routes, atServes, onlooker)
	watch.sees("queue", func(data fields) bool { return data["name"] == "Serwis" })
	watch.sees("agent", func(data fields) bool { return data["id"] == c.bea.id })
	if n == 0 {
		c.secondTenant(routes, serves)
	}
	pause(c.t, time.Until(began.Add(lostIn+time.Second)))
	c.stillAtWork(serves, c.ana, work)
	if c.owner() != owner {
		c.t.Errorf("the node that routes has lost the tenant without a reason: %s", routes.lines())
	}

	died := time.Now()
	routes.kill()
	c.takenOver(ctx, owner, serves)
	c.lost(died, hers, atServes, work)
	c.rest(serves)
}

// queueUp lets some wait in the quiet queue, in turns at both nodes. Each is told the place, wherever they are.
func (c *centre) queueUp(ctx context.Context, round int, nodes ...*node) {
	c.t.Helper()
	if round == 0 {
		for range 2 {
			for _, n := range nodes {
				c.waiting = append(c.waiting, &waiter{c.visit(ctx, n, c.quiet), len(c.waiting) + 1, n})
				c.inPlace(ctx, nodes...)
			}
		}
	}
	c.inPlace(ctx, nodes...)
}

// inPlace waits until those at nodes are told the place in which they came.
func (c *centre) inPlace(ctx context.Context, nodes ...*node) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for _, w := range c.waiting {
		for _, n := range nodes {
			if w.node != n {
				continue
			}
			err := w.Until(ctx, func(s webchat.State, _ []webchat.Entry) bool {
				return s.Phase == webchat.PhaseQueued && s.Position == w.place
			})
			if err != nil {
				c.t.Fatalf("who came as number %d is told %+v at %s: %v\n%s", w.place, w.State(), n.name, err, n.lines())
			}
		}
	}
}

type board struct {
	Live   bool `json:"live"`
	Queues []struct {
		ID      string `json:"id"`
		Waiting int    `json:"waiting"`
	} `json:"queues"`
}

// boardOf proves that the board of a node that does not route is alive and right.
func (c *centre) boardOf(n *node) {
	c.t.Helper()
	var b board
	c.boss.call(n, http.MethodGet, "/board", nil, &b)
	waiting := -1
	for _, q := range b.Queues {
		if q.ID == c.quietQueue {
			waiting = q.Waiting
		}
	}
	if !b.Live || waiting != len(c.waiting) {
		c.t.Errorf("the board of %s: live %v, %d wait instead of %d\n%s", n.name, b.Live, waiting, len(c.waiting), n.lines())
	}
	var own struct {
		Items []struct {
			Waiting *int `json:"waiting"`
		} `json:"items"`
	}
	c.bea.call(n, http.MethodGet, "/me/queues", nil, &own)
	if len(own.Items) != 1 || own.Items[0].Waiting == nil {
		c.t.Errorf("an agent of %s is not told who waits: %+v", n.name, own)
	}
}

// chat is a conversation between a visitor of one node and an agent of the other, at which somebody looks from the first.
func (c *centre) chat(ctx context.Context, at *node, agent, onlooker *tab) {
	c.t.Helper()
	v := c.visit(ctx, at, c.widget)
	conversation := v.Conversation().String()
	work := agent.accepts(conversation)
	agent.looksAt(conversation)
	onlooker.looksAt(conversation)
	for _, eyes := range []struct {
		tab   *tab
		other string
	}{{agent, c.boss.id}, {onlooker, c.bea.id}} {
		eyes.tab.sees("viewers", func(data fields) bool {
			return data["conversation_id"] == conversation && strings.Contains(fmt.Sprint(data["viewers"]), eyes.other)
		})
	}
	c.must(v.Type(ctx, true))
	agent.sees("typing", func(data fields) bool { return data["conversation_id"] == conversation && data["who"] == "customer" })
	agent.sends("typing", fields{"on": true})
	onlooker.sees("typing", func(data fields) bool { return data["conversation_id"] == conversation && data["who"] == c.bea.id })
	typing, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := v.UntilAgentTypes(typing); err != nil {
		c.t.Fatalf("the visitor did not see the agent type: %v", err)
	}
	agent.call(agent.node, http.MethodPost, "/conversations/"+conversation+"/replies", fields{
		"text": "How can I help?", "client_id": "answer-" + conversation, "based_on_seq": 1, "force": true,
	}, nil)
	err := v.Until(typing, func(_ webchat.State, entries []webchat.Entry) bool {
		for _, e := range entries {
			if e.Text == "How can I help?" {
				return true
			}
		}
		return false
	})
	if err != nil {
		c.t.Fatalf("the answer did not arrive: %v", err)
	}
	c.end(agent.person, agent.node, work)
	agent.sends("view", fields{"conversation_id": "0"})
	onlooker.sees("viewers", func(data fields) bool {
		return data["conversation_id"] == conversation && !strings.Contains(fmt.Sprint(data["viewers"]), c.bea.id)
	})
}

// end ends a contact and what comes after it.
func (c *centre) end(p *person, n *node, work string) {
	c.t.Helper()
	p.call(n, http.MethodPost, "/interactions/"+work+"/end", nil, nil)
	p.call(n, http.MethodPost, "/interactions/"+work+"/finish", fields{}, nil)
}

// secondTenant proves that a tenant which is made beside the nodes is routed, and that both know it.
func (c *centre) secondTenant(nodes ...*node) {
	c.t.Helper()
	c.site.tool("", "tenant", "add", "--name", "Vásárfia", "--host", "second.example")
	c.site.tool(password+"\n", "user", "add", "--host", "second.example", "--email", "second@operator.example", "--password-stdin")
	chief := newPerson(c.t)
	chief.host = "second.example"
	chief.signIn(nodes[0], "second@operator.example")
	for _, n := range nodes {
		eventually(c.t, "the new tenant is routed, as "+n.name+" sees it", within, func() bool {
			var b board
			return chief.try(n, http.MethodGet, "/board", nil, &b) == nil && b.Live
		})
	}
}

// presence of an agent as the board of a node shows it.
func (c *centre) presence(n *node, p *person) (presence, system string) {
	c.t.Helper()
	var b struct {
		Agents []struct {
			ID       string `json:"id"`
			Presence string `json:"presence"`
			System   string `json:"system"`
		} `json:"agents"`
	}
	c.boss.call(n, http.MethodGet, "/board", nil, &b)
	for _, a := range b.Agents {
		if a.ID == p.id {
			return a.Presence, a.System
		}
	}
	return "", ""
}

// stillAtWork proves that an agent has kept their work, though another node never heard of their desk.
func (c *centre) stillAtWork(n *node, p *person, work string) {
	c.t.Helper()
	if presence, system := c.presence(n, p); presence != "available" {
		c.t.Errorf("an agent of the other node is %s (%s) to %s", presence, system, n.name)
	}
	if state, agent := c.interaction(work); state != "active" || agent != p.id {
		c.t.Errorf("the work of an agent of the other node is %s, of %s", state, agent)
	}
}

// interaction returns the state of an interaction and who has it.
func (c *centre) interaction(work string) (state, agent string) {
	c.t.Helper()
	type row struct {
		State   string
		AgentID int64
	}
	var key int64
	_, err := fmt.Sscan(work, &key)
	c.must(err)
	r, err := db.One[row](c.t.Context(), c.db, `SELECT state, agent_id FROM interaction WHERE id = $1`, key)
	c.must(err)
	return r.State, fmt.Sprint(r.AgentID)
}

// takenOver proves that the node which is left routes, and that everybody has their place.
func (c *centre) takenOver(ctx context.Context, before string, n *node) {
	c.t.Helper()
	eventually(c.t, n.name+" routes", within, func() bool { return c.owner() != before })
	eventually(c.t, n.name+" answers for the queues", within, func() bool {
		var b board
		c.boss.call(n, http.MethodGet, "/board", nil, &b)
		return b.Live
	})
	c.inPlace(ctx, n)
	c.boardOf(n)
}

// lost proves that an agent of the dead node is given up in time, and what they worked on goes to another.
func (c *centre) lost(died time.Time, hers *visitor.Visitor, other *tab, work string) {
	c.t.Helper()
	eventually(c.t, "an agent of the dead node is given up", lostIn+slack, func() bool {
		_, system := c.presence(other.node, c.ana)
		return system == "lost"
	})
	c.t.Logf("given up after %s", time.Since(died).Round(100*time.Millisecond))
	if took := time.Since(died); took < grace {
		c.t.Errorf("an agent of the dead node was given up after %s, before the grace was over", took)
	}
	again := other.accepts(hers.Conversation().String())
	if state, agent := c.interaction(work); again != work || state != "active" || agent != c.bea.id {
		c.t.Errorf("the work of the lost agent is %s, of %s", state, agent)
	}
	c.end(c.bea, other.node, work)
}

// rest has everybody leave who sat at a desk, but not because they were lost.
func (c *centre) rest(n *node) {
	c.t.Helper()
	c.bea.call(n, http.MethodPut, "/me/presence", fields{"state": "offline"}, nil)
}

// nothingWrong proves that no node had to report an error of routing.
func (c *centre) nothingWrong(nodes ...*node) {
	for _, n := range nodes {
		for _, line := range n.said {
			if strings.Contains(line, "level=ERROR") && (strings.Contains(line, `msg="routing: `) || strings.Contains(line, "lease=routing/")) {
				c.t.Errorf("%s reported: %s", n.name, line)
			}
		}
	}
}

// eventually waits until something is true.
func eventually(t *testing.T, what string, most time.Duration, is func() bool) {
	t.Helper()
	late, tick := time.After(most), time.NewTicker(100*time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("it did not come true within %s that %s", most, what)
		}
	}
}

// pause lets time pass.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}
