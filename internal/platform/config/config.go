package config

import (
	"path/filepath"
	"strings"
	"time"
)

// FileName is the name of the file in the data folder.
const FileName = "zongler.toml"

// Config is what the operator decides. The zero value is not useful: use Default or Load.
type Config struct {
	Data             string   // folder of everything that is kept here
	HTTPAddr         string   // host:port to listen on
	BaseURL          string   // how the world reaches us; empty: as the request came
	TrustedProxies   []string // addresses and networks whose X-Forwarded-For is believed
	MetricsFrom      []string // addresses and networks that may read /metrics
	DatabaseURL      string   // sqlite:<file> or postgres://…
	NATSURL          string   // empty: this node hears of others by looking
	S3URL            string   // empty: a folder
	ScannerURL       string   // empty: files are not looked into
	OTLPURL          string   // empty: no traces
	InsideAllow      []string // hosts, addresses and networks of our own that mailboxes and webhooks may reach
	SecretFile       string   // key for secrets at rest
	MetaAppID        string   // the operator's app at Meta; empty: no Facebook, Instagram, WhatsApp
	MetaAppSecret    string
	MetaVerify       string // what Meta sends to see whether the address is ours; empty: it follows from the secret
	MetaGraphURL     string // empty: Meta's own
	MetaInstagram    string // secret of the app at Instagram; empty: nobody signs in there, or Meta signs with the secret of the app
	MetaInstagramURL string // empty: Instagram's own
	TelegramURL      string // of the Bot API; empty: Telegram's own
	XClientID        string // the operator's app at X; empty: no accounts at X
	XClientSecret    string
	XBearer          string // of the app itself
	XConsumerSecret  string // with which X signs; empty: it posts nothing to us
	XURL             string // empty: X's own
	MetaGraph        string // version of the Graph API; empty: the one that was tested
	DeskGrace        string // how long an agent may be without a desk before others get their work: 45s
	LogLevel         string // debug, info, warn, error
	LogFormat        string // text, json
}

// Default returns what holds when nothing is said, for data in folder data.
func Default(data string) Config {
	return Config{
		Data:        data,
		HTTPAddr:    "127.0.0.1:8080",
		MetricsFrom: []string{"127.0.0.0/8", "::1"},
		DatabaseURL: "sqlite:" + filepath.Join(data, "zongler.db"),
		SecretFile:  filepath.Join(data, "secret.key"),
		DeskGrace:   "45s",
		LogLevel:    "info",
		LogFormat:   "text",
	}
}

// BlobDir is the folder of files when no S3 store is named.
func (c Config) BlobDir() string { return filepath.Join(c.Data, "files") }

// Grace is DeskGrace as a length of time; Validate has seen to it that it is one.
func (c Config) Grace() time.Duration {
	d, _ := time.ParseDuration(c.DeskGrace) // see above
	return d
}

// setting is one thing to decide, with its name in the file; the names in the
// environment and among the flags follow from it.
type setting struct {
	name string
	help string
	text func(*Config) *string
	list func(*Config) *[]string
}

// settings returns all there are, in the order in which help shows them.
func settings() []setting {
	return []setting{
		{name: "data", help: "folder of database, files and keys", text: func(c *Config) *string { return &c.Data }},
		{name: "http_addr", help: "host:port to listen on", text: func(c *Config) *string { return &c.HTTPAddr }},
		{name: "base_url", help: "how the world reaches us: https://desk.example.com", text: func(c *Config) *string { return &c.BaseURL }},
		{name: "trusted_proxies", help: "addresses or networks of our proxies, parted by commas", list: func(c *Config) *[]string { return &c.TrustedProxies }},
		{name: "metrics_from", help: "addresses or networks that may read /metrics, parted by commas; this machine if not set", list: func(c *Config) *[]string { return &c.MetricsFrom }},
		{name: "database_url", help: "sqlite:<file> or postgres://<user>@<host>/<database>", text: func(c *Config) *string { return &c.DatabaseURL }},
		{name: "nats_url", help: "nats://<host>:4222, through which several nodes work together", text: func(c *Config) *string { return &c.NATSURL }},
		{name: "s3_url", help: "s3://<key>:<secret>@<host>/<bucket>; a folder if not set", text: func(c *Config) *string { return &c.S3URL }},
		{name: "scanner_url", help: "tcp://<host>:3310 of ClamAV's clamd; files are not scanned if not set", text: func(c *Config) *string { return &c.ScannerURL }},
		{name: "otlp_url", help: "http://<host>:4318 of an OpenTelemetry collector; no traces if not set", text: func(c *Config) *string { return &c.OTLPURL }},
		{name: "inside_allow", help: "hosts, addresses or networks of our own that mailboxes and webhooks may use, parted by commas; none if not set", list: func(c *Config) *[]string { return &c.InsideAllow }},
		{name: "secret_file", help: "file of the key that seals secrets; made at first start", text: func(c *Config) *string { return &c.SecretFile }},
		{name: "meta_app_id", help: "id of your app at Meta, for Facebook pages", text: func(c *Config) *string { return &c.MetaAppID }},
		{name: "meta_app_secret", help: "secret of that app", text: func(c *Config) *string { return &c.MetaAppSecret }},
		{name: "meta_verify_token", help: "word of yours that Meta sends when it verifies our address; one is made if not set", text: func(c *Config) *string { return &c.MetaVerify }},
		{name: "telegram_url", help: "another Bot API than https://api.telegram.org: one of your own", text: func(c *Config) *string { return &c.TelegramURL }},
		{name: "meta_graph_url", help: "another address than https://graph.facebook.com", text: func(c *Config) *string { return &c.MetaGraphURL }},
		{name: "meta_instagram_secret", help: "secret of the same app as Instagram shows it, for accounts that sign in at Instagram", text: func(c *Config) *string { return &c.MetaInstagram }},
		{name: "meta_instagram_url", help: "another address than https://graph.instagram.com", text: func(c *Config) *string { return &c.MetaInstagramURL }},
		{name: "x_client_id", help: "client id of your app at X", text: func(c *Config) *string { return &c.XClientID }},
		{name: "x_client_secret", help: "client secret of that app", text: func(c *Config) *string { return &c.XClientSecret }},
		{name: "x_bearer_token", help: "bearer token of that app", text: func(c *Config) *string { return &c.XBearer }},
		{name: "x_consumer_secret", help: "API key secret of that app, with which X signs what it posts to us; nothing is posted if not set", text: func(c *Config) *string { return &c.XConsumerSecret }},
		{name: "x_url", help: "another address than https://api.x.com", text: func(c *Config) *string { return &c.XURL }},
		{name: "meta_graph_version", help: "another version of the Graph API than the one that was tested: v26.0", text: func(c *Config) *string { return &c.MetaGraph }},
		{name: "desk_grace", help: "how long an agent may be without an open desk before their work goes to others: 45s", text: func(c *Config) *string { return &c.DeskGrace }},
		{name: "log_level", help: "debug, info, warn or error", text: func(c *Config) *string { return &c.LogLevel }},
		{name: "log_format", help: "text or json", text: func(c *Config) *string { return &c.LogFormat }},
	}
}

func (s setting) env() string  { return "ZONGLER_" + strings.ToUpper(s.name) }
func (s setting) flag() string { return strings.ReplaceAll(s.name, "_", "-") }

// set puts a text, from the environment or a flag, into c.
func (s setting) set(c *Config, value string) {
	if s.text != nil {
		*s.text(c) = value
		return
	}
	*s.list(c) = nil
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			*s.list(c) = append(*s.list(c), item)
		}
	}
}
