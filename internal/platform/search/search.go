package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// How many documents one lane looks at, the newest first.
const (
	laneMatches  = "200"  // that have the words and may be found
	laneExamined = "2000" // that have the words, where who may find them is asked of other tables
	laneOwn      = "400"  // that have the words and are somebody's own, where it is asked of them whether they may be found
	laneBesides  = "400"  // that have the words and are of some groups; looked for in the widest lane alone
)

// MaxFound bounds what one search can find.
const MaxFound = 200

// Query says what to look for.
type Query struct {
	Text   string
	Any    bool     // any of the words will do; the more, and the rarer, the better
	Kinds  []string // at least one
	Scopes [][]string
	// Language narrows to one language; empty takes all.
	Language string
	// Only adds a condition that the scopes cannot express; d is the document's table. It is asked of a bounded number of documents.
	Only func(w *db.Where) string
	// Own are scopes of which a document has one; or it is of the groups that the statement Besides gives, which are few.
	Own     []string
	Besides func(w *db.Where) string
	// Granted says that Scopes leave out little of what is Own: it is asked of the documents then, for lists that nearly all are in are long to walk along.
	Granted bool
	// Untitled are kinds whose documents have no title: none is looked for there.
	Untitled []string
	// Skip leaves out the best ones that were shown before.
	Skip  int
	Limit int
}

// Found is one find: the best document of its group.
type Found struct {
	Kind     string
	Thing    int64
	Language string
	Group    int64
	At       time.Time
	Score    float64
	Title    []Run
	Excerpt  []Run
}

// hit is what one lane says about one document.
type hit struct {
	Lane     int
	ID       int64
	Kind     string
	ThingID  int64
	Language string
	GroupID  int64
	At       time.Time
	Weight   int
	score    float64
}

// Search returns finds of the actor's tenant, the best first, one more than the limit if there are more.
func (x *Index) Search(ctx context.Context, q db.Queryer, query Query) ([]Found, error) {
	terms := parse(query.Text, query.Any)
	query.Limit = max(1, min(query.Limit, MaxFound))
	if len(terms) == 0 || len(query.Kinds) == 0 || query.Skip >= MaxFound || slices.ContainsFunc(query.Scopes, func(s []string) bool { return len(s) == 0 }) {
		return nil, nil
	}
	ways := lanes(terms, query.Any)
	hits, err := x.hits(ctx, q, query, ways)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	best := rank(hits, ways, query.Any)
	best = best[min(query.Skip, len(best)):]
	found, err := x.show(ctx, q, best[:min(len(best), query.Limit+1)], terms)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

// hits asks the engine which documents the lanes lead to.
func (x *Index) hits(ctx context.Context, q db.Queryer, query Query, ways []lane) ([]hit, error) {
	w := &db.Where{}
	tenant := actor.From(ctx).Tenant
	asks, err := query.asks(w, tenant)
	if err != nil {
		return nil, err
	}
	of := w.Arg(tenant)
	var parts []string
	asked := map[string]bool{}
	for i, l := range ways {
		for _, ask := range asks {
			if l.title && slices.Contains(query.Untitled, ask.kind) || ask.groups != "" && (l.title || l.exact) {
				continue
			}
			expression := l.expression(x.syntax(), ask.places)
			if asked[expression] { // by a lane that is worth more
				continue
			}
			asked[expression] = true
			// SQLite joins a CROSS JOIN from left to right: else it goes through all documents in the order of their keys
			parts = append(parts, `SELECT * FROM (SELECT `+strconv.Itoa(i)+` AS lane, d.id, d.kind, d.thing_id, d.language, d.group_id, d.at, d.weight
				FROM (`+x.matches(w, of, ask, expression)+`) m CROSS JOIN search_document d
				WHERE d.tenant_id = `+of+` AND d.id = m.id`+x.filter(ask)+` ORDER BY d.id DESC LIMIT `+laneMatches+`) l`+strconv.Itoa(len(parts)))
		}
	}
	return db.Many[hit](ctx, q, strings.Join(parts, " UNION ALL "), w.Args()...)
}

// ask is one question of a lane: the newest documents of a kind that have one word of each list, and meet a condition.
type ask struct {
	kind      string
	places    [][]string
	examined  string // how many of the newest the condition is asked of
	condition string
	groups    string // the statement of those that they belong to
}

// asks returns what each lane is asked.
func (query Query) asks(w *db.Where, tenant id.Tenant) ([]ask, error) {
	places, err := query.places(tenant)
	if err != nil {
		return nil, err
	}
	condition, groups, examined := "", "", laneMatches
	if query.Only != nil {
		condition, examined = " AND "+query.Only(w), laneExamined
	}
	if query.Besides != nil {
		groups, examined = query.Besides(w), laneBesides
	}
	var out []ask
	for _, kind := range query.Kinds {
		if len(query.Own) > 0 {
			own := keysOf(query.Own, func(key string) string { return placeKey(tenant, kind, scopeKey(key)) })
			mine := ask{kind: kind, places: [][]string{own}, examined: laneMatches}
			switch {
			case query.Language != "" || len(query.Scopes) > 0 && !query.Granted:
				mine.places = append(mine.places, places[kind]...)
			case len(query.Scopes) > 0:
				mine.examined, mine.condition = laneOwn, inScopes(query.Scopes)
			}
			out = append(out, mine)
		}
		out = append(out, ask{kind, places[kind], examined, condition, groups})
	}
	return out, nil
}

// inScopes is the condition that a document has one of each list.
func inScopes(lists [][]string) string {
	var condition strings.Builder
	for _, scopes := range lists {
		condition.WriteString(` AND (' ' || d.scopes || ' ' LIKE '% ` + strings.Join(scopes, ` %' OR ' ' || d.scopes || ' ' LIKE '% `) + ` %')`)
	}
	return condition.String()
}

// filter returns what is asked of the documents that meet an expression.
func (x *Index) filter(a ask) string {
	if a.groups == "" || x.postgres() {
		return a.condition
	}
	return a.condition + ` AND d.group_id IN (` + a.groups + `)`
}

// places returns, for each kind, lists of words of each of which a document has one.
func (query Query) places(tenant id.Tenant) (map[string][][]string, error) {
	lists := [][]string{}
	for _, scopes := range append(slices.Clone(query.Scopes), query.Own) {
		for _, key := range scopes {
			if !keyForm.MatchString(key) {
				return nil, fmt.Errorf("%q is no scope", key)
			}
		}
	}
	for _, scopes := range query.Scopes {
		lists = append(lists, keysOf(scopes, scopeKey))
	}
	if query.Language != "" {
		lists = append(lists, []string{languageKey(query.Language)})
	}
	if len(lists) == 0 {
		lists = append(lists, []string{""})
	}
	places := map[string][][]string{}
	for _, kind := range query.Kinds {
		if !keyForm.MatchString(kind) {
			return nil, fmt.Errorf("%q is no kind", kind)
		}
		for _, keys := range lists {
			places[kind] = append(places[kind], keysOf(keys, func(key string) string { return placeKey(tenant, kind, key) }))
		}
	}
	return places, nil
}

// matches returns the statement for the newest documents that meet an expression.
func (x *Index) matches(w *db.Where, tenant string, a ask, expression string) string {
	if !x.postgres() {
		return `SELECT -rowid AS id FROM search_text WHERE search_text MATCH ` + w.Arg(expression) + ` ORDER BY rowid LIMIT ` + a.examined
	}
	groups := ""
	if a.groups != "" { // an array is taken for short, as it is: its documents are looked at, not all that have the words
		groups = ` AND group_id = ANY(ARRAY(` + a.groups + `))`
	}
	// The kind stands in the text, where it is a part of the indexes.
	return `SELECT id FROM search_document WHERE tenant_id = ` + tenant + ` AND kind = '` + a.kind + `'` + groups +
		` AND words @@ CAST(CAST(` + w.Arg(expression) + ` AS TEXT) AS TSQUERY) ORDER BY id DESC LIMIT ` + a.examined
}

func keysOf(names []string, key func(string) string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = key(name)
	}
	return out
}

// youth is how long it takes until a document's age counts half.
const youth = 30 * 24 * time.Hour

// rank gives every document its score, keeps the best of each group and sorts
// them. Where all words are asked for, the best lane counts; else they add up, and
// what leads to many documents says little.
func rank(hits []hit, ways []lane, sum bool) []hit {
	count := make([]int, len(ways))
	var newest time.Time
	for _, h := range hits {
		count[h.Lane]++
		if h.At.After(newest) {
			newest = h.At
		}
	}
	documents := map[int64]*hit{}
	told := map[[2]int64]bool{} // a lane may say the same twice
	for _, h := range hits {
		if told[[2]int64{int64(h.Lane), h.ID}] {
			continue
		}
		told[[2]int64{int64(h.Lane), h.ID}] = true
		known := documents[h.ID]
		if known == nil {
			known = &h
			documents[h.ID] = known
		}
		worth := ways[h.Lane].worth
		if sum {
			known.score += worth / (1 + math.Log2(float64(1+count[h.Lane])))
		} else {
			known.score = max(known.score, worth)
		}
	}
	groups := map[int64]hit{}
	for _, h := range documents {
		share := 1.0
		if sum {
			share = 0.1
		}
		h.score += share / (1 + float64(newest.Sub(h.At))/float64(youth))
		h.score += share * float64(h.Weight) / MaxWeight
		if best, known := groups[h.GroupID]; !known || better(*h, best) < 0 {
			groups[h.GroupID] = *h
		}
	}
	out := make([]hit, 0, len(groups))
	for _, h := range groups {
		out = append(out, h)
	}
	slices.SortFunc(out, better)
	return out[:min(len(out), MaxFound)]
}

// better orders finds: the higher score, the younger, the greater key, the language.
func better(a, b hit) int {
	return cmp.Or(cmp.Compare(b.score, a.score), b.At.Compare(a.At), cmp.Compare(b.ThingID, a.ThingID), cmp.Compare(a.Language, b.Language))
}

// shown is the text of a document.
type shown struct {
	ID    int64
	Title string
	Body  string
}

// show reads the texts of the finds and marks in them what was looked for.
func (x *Index) show(ctx context.Context, q db.Queryer, hits []hit, terms []term) ([]Found, error) {
	if len(hits) == 0 {
		return nil, nil
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	places := make([]int64, len(hits))
	for i, h := range hits {
		places[i] = h.ID
	}
	db.In(w, "id", places)
	rows, err := db.Many[shown](ctx, q, `SELECT id, title, body FROM search_document`+w.SQL(), w.Args()...)
	if err != nil {
		return nil, err
	}
	texts := map[int64]shown{}
	for _, r := range rows {
		texts[r.ID] = r
	}
	out := make([]Found, 0, len(hits))
	for _, h := range hits {
		text, there := texts[h.ID]
		if !there {
			continue // written anew since: the next search has it
		}
		out = append(out, Found{
			Kind: h.Kind, Thing: h.ThingID, Language: h.Language, Group: h.GroupID, At: h.At, Score: h.score,
			Title: mark(text.Title, terms), Excerpt: excerpt(text.Body, terms),
		})
	}
	return out, nil
}
