#include "libbgp/session/dial.hpp"

#include <algorithm>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/post.hpp>

#include "libbgp/session/endpoint.hpp"
#include "libbgp/session/lazy_timer.hpp"
#include "libbgp/session/socket_options.hpp"

namespace dx::bgp {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class DialAttempt : public std::enable_shared_from_this<DialAttempt> {
public:
    DialAttempt(const asio::any_io_executor& executor, const NeighborSettings& settings,
                DialDone done)
        : socket_(executor),
          timeout_(executor, [this] { fail(no_answer()); }),
          settings_(settings),
          done_(std::move(done)) {}

    void start() {
        if (auto problem = prepare()) {
            asio::post(socket_.get_executor(), [weak = weak_from_this(), text = *problem] {
                if (const auto alive = weak.lock()) alive->fail(text);
            });
            return;
        }
        timeout_.start(std::min(settings_.connect_timeout, settings_.peer.connect_retry));
        const Endpoint remote{settings_.address, settings_.remote_port};
        socket_.async_connect(to_asio(remote, settings_.interface),
                              [weak = weak_from_this()](const error_code& error) {
                                  if (const auto alive = weak.lock()) alive->finish(error);
                              });
    }

private:
    Refusal prepare() {
        error_code error;
        socket_.open(settings_.address.is_v4() ? tcp::v4() : tcp::v6(), error);
        if (error) return "no socket: " + error.message();
        if (auto refusal = prepare_connection(socket_.native_handle(), settings_)) return refusal;
        if (!settings_.local_address) return std::nullopt;
        socket_.bind(to_asio({*settings_.local_address, 0}, settings_.interface), error);
        if (!error) return std::nullopt;
        return "cannot use the local address " + settings_.local_address->to_string() + ": " +
               error.message();
    }

    void finish(const error_code& error) {
        if (!done_) return;
        if (error == asio::error::timed_out) return fail(no_answer());
        if (error) return fail("connecting to " + peer() + " failed: " + error.message());
        timeout_.stop();
        std::exchange(done_, {})(std::move(socket_));
    }

    void fail(const std::string& text) {
        error_code ignored;
        socket_.close(ignored);
        timeout_.stop();
        if (auto done = std::exchange(done_, {})) done(text);
    }

    std::string peer() const {
        return to_string(Endpoint{settings_.address, settings_.remote_port});
    }

    std::string no_answer() const {
        std::string text = "no answer from " + peer() + ": if it answers ping, suspect ";
        // A host without the key refuses connections without a signature: we do not hear it.
        text += settings_.password.empty()
                    ? "a password (TCP MD5) on its side only, or a firewall"
                    : "a different password (TCP MD5), no BGP running there, or a firewall";
        return text;
    }

    tcp::socket socket_;
    LazyTimer timeout_;
    NeighborSettings settings_;
    DialDone done_;
};

std::shared_ptr<DialAttempt> dial(const asio::any_io_executor& executor,
                                  const NeighborSettings& settings, DialDone done) {
    auto attempt = std::make_shared<DialAttempt>(executor, settings, std::move(done));
    attempt->start();
    return attempt;
}

}  // namespace dx::bgp
