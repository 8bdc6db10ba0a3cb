// The daemon's control API as dxctl uses it: GET and POST over the control socket. Boost.Beast is
// known to client.cpp alone.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cli/failure.hpp"

namespace dx::cli {

// What the commands ask for; tests have a fake.
class Client {
public:
    // Takes a piece of the body; false to hear no more.
    using Take = std::function<bool(std::string_view piece)>;

    virtual ~Client() = default;

    // Hands on the body of GET `target` as it arrives. Throws Failure where the daemon does not
    // answer, or answers with an error (whose text it has then).
    virtual void stream(const std::string& target, const Take& take) = 0;

    // The reply to POST; throws Failure as above.
    virtual std::string post(const std::string& target, const std::string& body) = 0;

    // The whole body of GET `target`.
    std::string get(const std::string& target);

    // As long as one lives, all requests together are done by its moment or fail: for who cannot
    // wait for a daemon that hangs.
    class Until;

    // As long as one lives, a reply, and each piece of it, may take that long: for what rightly
    // takes its time. What has nothing to say for long has a heartbeat (/v1/events).
    class Patience;

protected:
    using Clock = std::chrono::steady_clock;

    std::optional<Clock::time_point> until() const { return until_; }

    std::chrono::milliseconds patience() const { return patience_; }

private:
    // A daemon that is well answers in milliseconds, with a table of a million routes too.
    static constexpr std::chrono::seconds kPatience{10};

    std::optional<Clock::time_point> until_;
    std::chrono::milliseconds patience_ = kPatience;
};

class Client::Until {
public:
    Until(Client& client, Clock::time_point moment)
        : client_(client), former_(std::exchange(client.until_, moment)) {}

    ~Until() { client_.until_ = former_; }

    Until(const Until&) = delete;
    Until& operator=(const Until&) = delete;

private:
    Client& client_;
    std::optional<Clock::time_point> former_;
};

class Client::Patience {
public:
    Patience(Client& client, std::chrono::milliseconds patience)
        : client_(client), former_(std::exchange(client.patience_, patience)) {}

    ~Patience() { client_.patience_ = former_; }

    Patience(const Patience&) = delete;
    Patience& operator=(const Patience&) = delete;

private:
    Client& client_;
    std::chrono::milliseconds former_;
};

// Over a Unix socket; a connection for each request.
class SocketClient : public Client {
public:
    explicit SocketClient(std::string path) : path_(std::move(path)) {}

    void stream(const std::string& target, const Take& take) override;
    std::string post(const std::string& target, const std::string& body) override;

private:
    std::string path_;
};

// What an error of the API means: its text with a line for each diagnostic, and the exit code: a
// request that makes no sense (400) is wrong usage, and so is a configuration with errors (422).
Failure refused(unsigned status, const std::string& body);

// `text` as part of a path or as the value of a parameter.
std::string percent_encoded(std::string_view text);

}  // namespace dx::cli
