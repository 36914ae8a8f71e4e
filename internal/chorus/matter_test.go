package chorus

import (
	"testing"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
)

func TestWhatAConversationIsAbout(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of   Subject
		want []Chorus
	}{
		"a topic is one, however it is written": {
			Subject{Brand: 1, Topics: []string{" Awaria  Sieci", "awaria sieci", ""}}, []Chorus{{Kind: Topic, BrandID: 1, Topic: "awaria sieci"}},
		},
		"a private conversation is about an outage alone": {
			Subject{Brand: 1, Private: true, Topics: []string{"awaria"}, Outages: []id.Case{7}}, []Chorus{{Kind: Outage, BrandID: 1, CaseID: 7}},
		},
		"all come in one order": {
			Subject{Topics: []string{"b", "a"}, Outages: []id.Case{9, 8}},
			[]Chorus{{Kind: Outage, CaseID: 8}, {Kind: Outage, CaseID: 9}, {Kind: Topic, Topic: "a"}, {Kind: Topic, Topic: "b"}},
		},
		"about nothing": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := c.of.matters()
			if len(got) != len(c.want) {
				t.Fatalf("%+v", got)
			}
			for i, w := range c.want {
				if got[i] != w {
					t.Errorf("%+v", got[i])
				}
			}
		})
	}
}

func TestWhatChangesWhatConversationsAreAbout(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fact fact.Fact
		want []regroupJob
	}{
		"other tags do":               {fact.ConversationChanged{Conversation: 1, What: "tags"}, []regroupJob{{Conversation: 1}}},
		"another subject does not":    {fact.ConversationChanged{Conversation: 1, What: "subject"}, nil},
		"another topic of a case":     {fact.CaseChanged{Case: 2, What: []string{"topic"}}, []regroupJob{{Case: 2}}},
		"another priority does not":   {fact.CaseChanged{Case: 2, What: []string{"priority"}}, nil},
		"a part that joins a whole":   {fact.CaseLinked{Case: 2, LinkKind: "child_of", Other: 3}, []regroupJob{{Case: 2}, {Case: 3}}},
		"a conversation that joins":   {fact.CaseLinked{Case: 2, LinkKind: "conversation", Conversation: 1}, []regroupJob{{Conversation: 1}}},
		"a related case does not":     {fact.CaseLinked{Case: 2, LinkKind: "related", Other: 3}, nil},
		"a case that goes on another": {fact.CaseMerged{Case: 2, Into: 3}, []regroupJob{{Case: 2}, {Case: 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := touched(c.fact)
			if len(got) != len(c.want) {
				t.Fatalf("%+v", got)
			}
			for i, w := range c.want {
				if got[i] != w {
					t.Errorf("%+v", got[i])
				}
			}
		})
	}
}
