#include "daemon/disk.hpp"

#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace dx::daemon {

Disk::~Disk() {
    thread_.join();
}

void Disk::run(Job work, Job done) {
    ++waiting_;
    boost::asio::post(thread_, [this, work = std::move(work), done = std::move(done),
                                loop = boost::asio::make_work_guard(routing_)]() mutable {
        work();
        boost::asio::post(routing_, [this, done = std::move(done)] {
            --waiting_;
            if (done) done();
        });
    });
}

}  // namespace dx::daemon
