package parser

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
)

// Expand replaces directories among paths by their regular files named *.cfg,
// except hidden ones, in the order of their bytes; a directory may have none.
// The error is worded as HAProxy prints it behind "config : ".
func Expand(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("Cannot open configuration file/directory %s : %s", path, reason(err))
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, fmt.Errorf("Cannot open configuration directory %s : %s", path, reason(err))
		}
		var names []string
		for _, e := range entries {
			name := e.Name()
			if strings.HasPrefix(name, ".") || filepath.Ext(name) != ".cfg" {
				continue
			}
			info, err := os.Stat(filepath.Join(path, name))
			if err != nil {
				return nil, fmt.Errorf("Cannot open configuration file %s : %s", filepath.Join(path, name), reason(err))
			}
			if info.Mode().IsRegular() {
				names = append(names, name)
			}
		}
		sort.Strings(names)
		for _, name := range names {
			files = append(files, strings.TrimRight(path, "/")+"/"+name)
		}
	}
	return files, nil
}

// errno returns the text of the system error in err, "" without one.
func errno(err error) string {
	var e syscall.Errno
	if errors.As(err, &e) {
		return e.Error()
	}
	return ""
}
