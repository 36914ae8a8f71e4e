package secret

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

const (
	filePerm = 0o600
	dirPerm  = 0o700
	others   = 0o077 // permission bits that a key file must not have
)

const fileHead = "# Keys for secrets in the database. Without this file they cannot be read: keep a copy in a safe place.\n"

// LoadFile reads the key file, and makes it with one key if there is none.
func LoadFile(path string) (*Box, error) {
	if err := create(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make key file: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&others != 0 {
		return nil, fmt.Errorf("key file %s can be read by others: run chmod 600 on it", path)
	}
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	b, err := parse(string(data))
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return b, nil
}

// create makes a key file, whole or not at all: it is written beside and linked
// into its place, which fails if another process was faster.
func create(path string) error {
	if _, err := os.Stat(path); err == nil {
		return fs.ErrExist
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, dirPerm); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".key-*") // made with permission 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(fileHead + newLine())
	err = errors.Join(err, f.Chmod(filePerm), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

func newLine() string {
	name, key := make([]byte, idBytes), make([]byte, keyBytes)
	_, _ = rand.Read(name) // never fails: it ends the program instead
	_, _ = rand.Read(key)
	return hex.EncodeToString(name) + " " + base64.StdEncoding.EncodeToString(key) + "\n"
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the folder of the file just made
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
