package app

import (
	"context"
)

// DemoSite is what simulated customers need to know of a demo brand.
type DemoSite struct {
	Key      string // of the widget
	Language string
	Names    []string
	Talks    [][]string // what customers say, in turn
}

// DemoSites returns the brands of the demo operator.
func (a *App) DemoSites(ctx context.Context) ([]DemoSite, error) {
	var sites []DemoSite
	for _, b := range demoBrands() {
		key, err := demoDoor{a}.Widget(ctx, b.slug)
		if err != nil {
			return nil, err
		}
		site := DemoSite{Key: key, Language: b.language}
		for _, c := range b.customers {
			site.Names = append(site.Names, c.name)
		}
		for _, t := range b.talks {
			var said []string
			for i := 0; i < len(t.lines); i += 2 { // the customer begins, then the agent
				said = append(said, t.lines[i])
			}
			site.Talks = append(site.Talks, said)
		}
		sites = append(sites, site)
	}
	return sites, nil
}
