// Package config reads what the operator of the process decides: where data
// lies, where to listen, which services to use.
//
// One file (zongler.toml in the data folder, or --config) is overruled by the
// environment, and that by flags. Nothing at all is a good configuration. What
// a tenant can change at run time is data, not configuration.
//
// What must never break: every setting has one name in each of the three
// places, an unknown one is an error that names file and line, a wrong one an
// error that says what to write instead, and no error repeats a secret.
package config
