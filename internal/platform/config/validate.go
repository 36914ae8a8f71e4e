package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Validate says everything that is wrong and what to write instead.
func (c Config) Validate() error {
	return errors.Join(
		filled("data", c.Data, "name a folder, such as ./data"),
		filled("secret_file", c.SecretFile, "name a file, or leave the setting out"),
		c.validateAddr(),
		validateURL("base_url", c.BaseURL, "https://desk.example.com", "http", "https"),
		validateURL("nats_url", c.NATSURL, "nats://localhost:4222", "nats", "tls"),
		validateURL("s3_url", c.S3URL, "s3://key:secret@localhost:9000/bucket?tls=0", "s3"),
		validateURL("scanner_url", c.ScannerURL, "tcp://localhost:3310", "tcp"),
		validateURL("otlp_url", c.OTLPURL, "http://localhost:4318", "http", "https"),
		c.validateDatabase(),
		validateNetworks("trusted_proxies", c.TrustedProxies),
		validateNetworks("metrics_from", c.MetricsFrom),
		validateHosts("inside_allow", c.InsideAllow),
		c.validateMeta(),
		c.validateGrace(),
		oneOf("log_level", c.LogLevel, "debug", "info", "warn", "error"),
		oneOf("log_format", c.LogFormat, "text", "json"),
	)
}

func filled(name, value, advice string) error {
	if strings.TrimSpace(value) == "" {
		return fmt.Errorf("%s is empty: %s", name, advice)
	}
	return nil
}

func oneOf(name, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%s is %q: write one of %s", name, value, strings.Join(allowed, ", "))
}

func (c Config) validateAddr() error {
	_, port, err := net.SplitHostPort(c.HTTPAddr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("http_addr is %q: write host:port, such as 127.0.0.1:8080, or :8080 for every address of this machine", c.HTTPAddr)
	}
	return nil
}

// Bounds of desk_grace: a page that is loaded anew takes a second; who is away for longer is not waited for.
const (
	leastGrace = time.Second
	mostGrace  = time.Hour
)

func (c Config) validateGrace() error {
	if d, err := time.ParseDuration(c.DeskGrace); err != nil || d < leastGrace || d > mostGrace {
		return fmt.Errorf("desk_grace is %q: write a length of time from %s to %s, such as 45s", c.DeskGrace, leastGrace, mostGrace)
	}
	return nil
}

var (
	metaID      = regexp.MustCompile(`^[0-9]{5,20}$`)
	metaVersion = regexp.MustCompile(`^v[0-9]{1,3}\.[0-9]$`)
)

// validateMeta does not repeat the secret.
func (c Config) validateMeta() error {
	var all []error
	if c.MetaAppID != "" && !metaID.MatchString(c.MetaAppID) {
		all = append(all, fmt.Errorf("meta_app_id is %q: write the number that Meta shows beside your app", c.MetaAppID))
	}
	if (c.MetaAppID == "") != (c.MetaAppSecret == "") {
		all = append(all, errors.New("meta_app_id and meta_app_secret go together: write both or none"))
	}
	if c.MetaGraph != "" && !metaVersion.MatchString(c.MetaGraph) {
		all = append(all, fmt.Errorf("meta_graph_version is %q: write one like v26.0", c.MetaGraph))
	}
	all = append(all, validateURL("meta_instagram_url", c.MetaInstagramURL, "https://graph.instagram.com", "http", "https"))
	all = append(all, c.validateX())
	all = append(all, validateURL("telegram_url", c.TelegramURL, "https://api.telegram.org", "http", "https"))
	return errors.Join(append(all, validateURL("meta_graph_url", c.MetaGraphURL, "https://graph.facebook.com", "http", "https"))...)
}

// validateX does not repeat the secrets.
func (c Config) validateX() error {
	var all []error
	has := c.XClientID != ""
	if has != (c.XClientSecret != "") || has != (c.XBearer != "") {
		all = append(all, errors.New("x_client_id, x_client_secret and x_bearer_token go together: write all or none"))
	}
	if c.XConsumerSecret != "" && !has {
		all = append(all, errors.New("x_consumer_secret goes with x_client_id"))
	}
	return errors.Join(append(all, validateURL("x_url", c.XURL, "https://api.x.com", "http", "https"))...)
}

// validateURL checks scheme and host. It does not repeat the value, which may hold a password.
func validateURL(name, value, example string, schemes ...string) error {
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Host == "" {
		return fmt.Errorf("%s is not an address that we can use: write it like %s", name, example)
	}
	return nil
}

func (c Config) validateDatabase() error {
	if file, ok := strings.CutPrefix(c.DatabaseURL, "sqlite:"); ok && file != "" {
		return nil
	}
	u, err := url.Parse(c.DatabaseURL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New("database_url is not an address that we can use: write sqlite:<file> or postgres://<user>:<password>@<host>/<database>")
	}
	return nil
}

func validateNetworks(name string, texts []string) error {
	for _, text := range texts {
		_, errNet := netip.ParsePrefix(text)
		_, errAddr := netip.ParseAddr(text)
		if errNet != nil && errAddr != nil {
			return fmt.Errorf("%s has %q: write addresses or networks, such as 10.0.0.0/8", name, text)
		}
	}
	return nil
}

// validateHosts takes host names beside addresses and networks.
func validateHosts(name string, texts []string) error {
	for _, text := range texts {
		if strings.ContainsAny(text, ":@* ") || strings.Contains(text, "/") {
			if err := validateNetworks(name, []string{text}); err != nil {
				return fmt.Errorf("%s has %q: write host names, addresses or networks, such as mail.office.lan or 10.0.0.0/8", name, text)
			}
		}
	}
	return nil
}
