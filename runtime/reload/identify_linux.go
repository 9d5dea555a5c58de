package reload

import "golang.org/x/sys/unix"

// foreign tells which options for addresses of other machines are set.
func foreign(fd int, v6 bool) (transparent, freeBind bool) {
	level, option := unix.SOL_IP, unix.IP_TRANSPARENT
	if v6 {
		level, option = unix.SOL_IPV6, unix.IPV6_TRANSPARENT
	}
	t, _ := unix.GetsockoptInt(fd, level, option)
	f, _ := unix.GetsockoptInt(fd, unix.SOL_IP, unix.IP_FREEBIND)
	return t != 0, f != 0
}
