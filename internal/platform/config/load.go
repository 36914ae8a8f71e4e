package config

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	defaultData = "data"
	configFlag  = "config"
	configEnv   = "ZONGLER_CONFIG"
)

// Loader gathers settings from the three places.
type Loader struct {
	getenv func(string) string
	flags  map[string]string
}

// NewLoader returns a Loader that asks getenv for the environment; an empty
// variable counts as not set.
func NewLoader(getenv func(string) string) *Loader {
	return &Loader{getenv: getenv, flags: map[string]string{}}
}

// Flags adds one flag for each setting, and --config, to set. Parse it before Load.
func (l *Loader) Flags(set *flag.FlagSet) {
	remember := func(name string) func(string) error {
		return func(value string) error {
			l.flags[name] = value
			return nil
		}
	}
	set.Func(configFlag, "configuration file (default <data>/"+FileName+")", remember(configFlag))
	for _, s := range settings() {
		set.Func(s.flag(), s.help+" ["+s.env()+"]", remember(s.flag()))
	}
}

// Load returns the whole configuration, validated.
func (l *Loader) Load() (Config, error) {
	file, mustExist := l.file()
	var said []assignment
	data, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	switch {
	case err == nil:
		if said, err = parse(file, data); err != nil {
			return Config{}, err
		}
	case mustExist || !errors.Is(err, fs.ErrNotExist):
		return Config{}, fmt.Errorf("configuration: %w", err)
	}
	c := l.assemble(said)
	if err := c.Validate(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// file returns the configuration file and whether it was asked for by name.
func (l *Loader) file() (string, bool) {
	if name := l.flags[configFlag]; name != "" {
		return name, true
	}
	if name := l.getenv(configEnv); name != "" {
		return name, true
	}
	return filepath.Join(l.early("data", defaultData), FileName), false
}

// early returns a setting that must be known before the file is read.
func (l *Loader) early(name, otherwise string) string {
	for _, s := range settings() {
		if s.name != name {
			continue
		}
		if value, ok := l.flags[s.flag()]; ok {
			return value
		}
		if value := l.getenv(s.env()); value != "" {
			return value
		}
	}
	return otherwise
}

// assemble lays file, environment and flags over the defaults. The data folder
// is settled first because defaults depend on it.
func (l *Loader) assemble(said []assignment) Config {
	data := defaultData
	for _, a := range said {
		if a.setting.name == "data" && a.text != "" {
			data = a.text
		}
	}
	c := Default(l.early("data", data))
	for _, a := range said {
		a.apply(&c)
	}
	for _, s := range settings() {
		if value := l.getenv(s.env()); value != "" {
			s.set(&c, value)
		}
		if value, ok := l.flags[s.flag()]; ok {
			s.set(&c, value)
		}
	}
	return c
}
