package app

import (
	"context"
)

// DemoSite is what simulated customers and colleagues need to know of a demo brand.
type DemoSite struct {
	Key       string // of the widget
	Language  string
	Names     []string
	Talks     [][]string        // what customers say, in turn
	Colleague string            // the demo role that answers them
	Answers   map[string]string // what the colleague says, by what the customer has said
	Farewell  string            // after the last word of a customer
}

// DemoSites returns the brands of the demo operator.
func (a *App) DemoSites(ctx context.Context) ([]DemoSite, error) {
	var sites []DemoSite
	for _, b := range demoBrands() {
		key, err := demoDoor{a}.Widget(ctx, b.slug)
		if err != nil {
			return nil, err
		}
		site := DemoSite{
			Key: key, Language: b.language, Colleague: colleague + b.slug, Answers: map[string]string{}, Farewell: b.farewell,
		}
		for _, c := range b.customers {
			site.Names = append(site.Names, c.name)
		}
		for _, t := range b.talks {
			site.add(t.lines)
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// add adds a talk, in which the customer begins and the agent answers in turn.
func (s *DemoSite) add(lines []string) {
	var said []string
	for i := 0; i < len(lines); i += 2 {
		said = append(said, lines[i])
		s.Answers[lines[i]] = s.Farewell
		if i+1 < len(lines) {
			s.Answers[lines[i]] = lines[i+1]
		}
	}
	s.Talks = append(s.Talks, said)
}
