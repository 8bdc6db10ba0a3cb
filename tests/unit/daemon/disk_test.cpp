#include "daemon/disk.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

namespace dx::daemon {

TEST_CASE("Jobs of the disk thread are done in order, and away from the routing thread") {
    boost::asio::io_context routing(1);
    std::vector<int> order;
    std::vector<std::thread::id> threads;
    Disk disk(routing);
    for (const int job : {1, 2, 3})
        disk.run([&, job] {
            order.push_back(job);
            threads.push_back(std::this_thread::get_id());
        });
    while (disk.waiting() > 0)
        routing.run_one();
    CHECK(order == std::vector{1, 2, 3});
    for (const auto thread : threads)
        CHECK(thread != std::this_thread::get_id());
}

TEST_CASE("The routing thread hears that a job is done") {
    boost::asio::io_context routing(1);
    std::thread::id told;
    Disk disk(routing);
    disk.run([] {}, [&] { told = std::this_thread::get_id(); });
    CHECK(disk.waiting() == 1);
    routing.run_one();
    CHECK(told == std::this_thread::get_id());
    CHECK(disk.waiting() == 0);
}

TEST_CASE("The disk thread ends only when everything is written") {
    boost::asio::io_context routing(1);
    std::atomic<int> done = 0;
    {
        Disk disk(routing);
        for (int job = 0; job < 100; ++job)
            disk.run([&] { ++done; });
    }
    CHECK(done == 100);
}

}  // namespace dx::daemon
