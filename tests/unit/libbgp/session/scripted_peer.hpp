// The other side, by hand: a plain socket that says exactly what a test wants.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "libbgp/wire/message.hpp"
#include "tests/unit/libbgp/session/session_lab.hpp"

namespace dx::bgp::test {

// AS 64512, identifier 10.0.0.2, at 127.0.0.2 unless said otherwise.
class ScriptedPeer {
public:
    explicit ScriptedPeer(Lab& lab, const char* own_address = "127.0.0.2");
    ~ScriptedPeer();
    ScriptedPeer(const ScriptedPeer&) = delete;
    ScriptedPeer& operator=(const ScriptedPeer&) = delete;

    void set_option(int level, int name, int value);  // before listen() and connect()
    void set_key(const char* key);                    // of the connections with the lab

    void listen();
    void stop_listening();
    bool accept();                                                            // waits
    bool connect(std::chrono::milliseconds limit = std::chrono::seconds(3));  // waits

    void send(const Buffer& bytes);
    void send_open();
    void send_keepalive();
    void send_notification(const Notification& notification);
    bool establish();  // from a connection just made; waits

    // The next message, whole; none: the stream ended, or nothing came.
    std::optional<Buffer> receive();
    std::optional<Notification> receive_notification();  // skips what comes before
    bool at_end();  // waits: true if the stream ended in order, not by a RST
    void close();

    Open open;

private:
    bool read_some();

    Lab& lab_;
    std::string own_address_;
    int socket_;
    int listener_ = -1;
    Buffer received_;
    bool ended_ = false;
    bool reset_ = false;
};

}  // namespace dx::bgp::test
