package knowledge

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
)

// People knows the names of users.
type People interface {
	// Names returns the names of users of the actor's tenant; unknown ones are left out.
	Names(ctx context.Context, users []id.User) (map[id.User]string, error)
}

// PersonRef names a person.
type PersonRef struct {
	ID   id.User `json:"id"`
	Name string  `json:"name"`
}

func person(user id.User, names map[id.User]string) *PersonRef {
	if user.IsZero() {
		return nil
	}
	return &PersonRef{ID: user, Name: names[user]}
}

// FileBody is what a file of an article is.
type FileBody struct {
	ID   id.Picture `json:"id"`
	Name string     `json:"name" maxLength:"255"`
	Size int64      `json:"size" doc:"Bytes"`
	Type string     `json:"type" maxLength:"100" doc:"By its bytes"`
}

// BlockBody is one part of an article.
type BlockBody struct {
	Kind     string            `json:"kind" enum:"text,heading,list,steps,image,note,link,file"`
	Text     string            `json:"text,omitempty" maxLength:"10000" doc:"Of an image: what it shows; of a link: what is clicked; of a file: what it is; of a list and of steps: nothing"`
	Items    []string          `json:"items,omitempty" maxItems:"50" doc:"Of a list and of steps"`
	FileID   id.Picture        `json:"file_id,omitzero" doc:"Of a file. Of an image that was uploaded, in place of its address; customers are told what it shows, and are not sent it"`
	File     *FileBody         `json:"file,omitempty" doc:"What the file is: said, and not read"`
	Along    bool              `json:"along,omitempty" doc:"The file goes with an answer into which the article is put, under its words; without it only who works here gets to know of the file"`
	URL      string            `json:"url,omitempty" maxLength:"2000" doc:"Of an image and a link"`
	Variants map[string]string `json:"variants,omitempty" doc:"What is said instead by class of channel: chat, mail, social, sms; empty: nothing there. What is said in place of a file has it stay here"`
}

func fileOf(b knowledge.Block) FileBody {
	return FileBody{ID: id.Picture(b.File), Name: b.FileName, Size: b.FileSize, Type: b.FileType}
}

func blockOf(b knowledge.Block) BlockBody {
	out := BlockBody{Kind: string(b.Kind), Text: b.Text, Items: b.Items, URL: b.URL, FileID: id.Picture(b.File), Along: b.Along}
	if b.Kind == knowledge.Attached {
		f := fileOf(b)
		out.File = &f
	}
	for class, text := range b.Variants {
		if out.Variants == nil {
			out.Variants = map[string]string{}
		}
		out.Variants[string(class)] = text
	}
	return out
}

func blocksOf(all []knowledge.Block) []BlockBody {
	out := make([]BlockBody, len(all))
	for i, b := range all {
		out[i] = blockOf(b)
	}
	return out
}

func readBlocks(all []BlockBody) []knowledge.Block {
	out := make([]knowledge.Block, len(all))
	for i, b := range all {
		out[i] = knowledge.Block{Kind: knowledge.BlockKind(b.Kind), Text: b.Text, Items: b.Items, URL: b.URL, File: id.Attachment(b.FileID), Along: b.Along}
		for class, text := range b.Variants {
			if out[i].Variants == nil {
				out[i].Variants = map[knowledge.Class]string{}
			}
			out[i].Variants[knowledge.Class(class)] = text
		}
	}
	return out
}

// VersionBody is one text in one language.
type VersionBody struct {
	ID          id.ArticleVersion `json:"id"`
	ArticleID   id.Article        `json:"article_id"`
	Language    string            `json:"language"`
	Number      int64             `json:"number"`
	State       string            `json:"state" enum:"draft,review,published,archived"`
	Title       string            `json:"title"`
	Blocks      []BlockBody       `json:"blocks"`
	Rev         int64             `json:"rev"`
	Author      *PersonRef        `json:"author,omitempty"`
	ChangedAt   time.Time         `json:"changed_at"`
	PublishedAt time.Time         `json:"published_at,omitzero"`
}

func versionOf(v knowledge.Version, names map[id.User]string) VersionBody {
	return VersionBody{
		ID: v.ID, ArticleID: v.ArticleID, Language: v.Language, Number: v.Number, State: string(v.State), Title: v.Title, Blocks: blocksOf(v.Blocks),
		Rev: v.Rev, Author: person(v.AuthorID, names), ChangedAt: v.ChangedAt, PublishedAt: v.PublishedAt,
	}
}

// EditionBody is what a list shows of one language.
type EditionBody struct {
	Language    string    `json:"language"`
	State       string    `json:"state" enum:"draft,review,published"`
	Title       string    `json:"title"`
	ChangedAt   time.Time `json:"changed_at"`
	PublishedAt time.Time `json:"published_at,omitzero"`
}

// ArticleBody is what is the same in all languages of an article.
type ArticleBody struct {
	ID            id.Article    `json:"id"`
	CategoryID    id.Category   `json:"category_id,omitzero"`
	BrandIDs      []id.Brand    `json:"brand_ids" doc:"None: every brand"`
	Audience      string        `json:"audience" enum:"agents,group,public"`
	AudienceGroup string        `json:"audience_group,omitempty"`
	Owner         *PersonRef    `json:"owner,omitempty" doc:"Who answers for what it says"`
	ExpiresAt     time.Time     `json:"expires_at,omitzero"`
	Expired       bool          `json:"expired" doc:"Somebody has to look whether it is still true"`
	Archived      bool          `json:"archived"`
	Rev           int64         `json:"rev"`
	ChangedAt     time.Time     `json:"changed_at"`
	Editions      []EditionBody `json:"editions" doc:"Its languages, without their texts"`
}

func articleOf(a knowledge.Article, editions []EditionBody, names map[id.User]string) ArticleBody {
	brands := a.Brands
	if brands == nil {
		brands = []id.Brand{}
	}
	if editions == nil {
		editions = []EditionBody{}
	}
	return ArticleBody{
		ID: a.ID, CategoryID: a.CategoryID, BrandIDs: brands, Audience: string(a.Audience), AudienceGroup: a.AudienceGroup, Owner: person(a.OwnerID, names),
		ExpiresAt: a.ExpiresAt, Expired: a.Expired, Archived: a.Archived, Rev: a.Rev, ChangedAt: a.ChangedAt, Editions: editions,
	}
}

func rowOf(r knowledge.Row, names map[id.User]string) ArticleBody {
	editions := make([]EditionBody, len(r.Editions))
	for i, e := range r.Editions {
		editions[i] = EditionBody{Language: e.Language, State: string(e.State), Title: e.Title, ChangedAt: e.ChangedAt, PublishedAt: e.PublishedAt}
	}
	return articleOf(r.Article, editions, names)
}

// ArticleDetail is an article with its texts.
type ArticleDetail struct {
	ArticleBody

	Texts     []VersionBody `json:"texts" doc:"What is published, and for those who may edit it what is being written"`
	Used      int           `json:"used" doc:"How often it was put into an answer"`
	Helped    int           `json:"helped"`
	NotHelped int           `json:"not_helped"`
	MayEdit   bool          `json:"may_edit"`
	MayJudge  bool          `json:"may_judge" doc:"Publish, return, withdraw, archive"`
}

func detailOf(d knowledge.Detail, names map[id.User]string) ArticleDetail {
	out := ArticleDetail{
		Texts: make([]VersionBody, len(d.Versions)), Used: d.Counts.Used, Helped: d.Counts.Helped, NotHelped: d.Counts.NotHelped,
		MayEdit: d.MayEdit, MayJudge: d.MayJudge,
	}
	editions := make([]EditionBody, len(d.Versions))
	for i, v := range d.Versions {
		out.Texts[i] = versionOf(v, names)
		editions[i] = EditionBody{Language: v.Language, State: string(v.State), Title: v.Title, ChangedAt: v.ChangedAt, PublishedAt: v.PublishedAt}
	}
	out.ArticleBody = articleOf(d.Article, editions, names)
	return out
}
