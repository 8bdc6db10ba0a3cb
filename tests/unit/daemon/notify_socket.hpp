// A service manager's side of sd_notify(3): a datagram socket whose name is in $NOTIFY_SOCKET while
// this lives.
#pragma once

#include <cstdlib>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

#include "tests/unit/daemon/control/temporary_directory.hpp"

namespace dx::daemon {

class NotifySocket {
public:
    NotifySocket() {
        const auto path = directory_.file("notify");
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            std::abort();
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }

    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    ~NotifySocket() {
        ::unsetenv("NOTIFY_SOCKET");
        ::close(fd_);
    }

    // What has come since the last call, datagram by datagram.
    std::vector<std::string> take() {
        std::vector<std::string> datagrams;
        std::string datagram(4096, '\0');
        for (;;) {
            const auto size = ::recv(fd_, datagram.data(), datagram.size(), 0);
            if (size < 0) return datagrams;
            datagrams.push_back(datagram.substr(0, static_cast<std::size_t>(size)));
        }
    }

private:
    control::TemporaryDirectory directory_;
    int fd_ = -1;
};

}  // namespace dx::daemon
