// flags: -std=c++17 -pthread
/*
 * Class 9: exceptions and forced unwinding (cancellation) pass through the
 * frames of a preload: objects on the stack are destroyed, once each.
 */
#include <atomic>
#include <poll.h>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include "check.h"

static std::atomic<int> destroyed;

struct guard {
	std::string text = std::string(1000, 'g');
	~guard()
	{
		CHECK(text.size() == 1000);
		destroyed++;
	}
};

static void *waits(void *)
{
	guard outer;
	for (;;) {
		guard inner;
		poll(nullptr, 0, 50000);
	}
	return nullptr;
}

int main()
{
	for (int i = 0; i < 20; i++) {
		pthread_t thread;
		void *result;

		CHECK(pthread_create(&thread, nullptr, waits, nullptr) == 0);
		usleep(5000);
		pthread_cancel(thread);
		pthread_join(thread, &result);
		CHECK(result == PTHREAD_CANCELED && destroyed == 2 * (i + 1));
	}
	for (int i = 0; i < 1000; i++) {
		try {
			guard g;
			throw std::runtime_error(std::string(500, 'e'));
		} catch (const std::exception &e) {
			CHECK(strlen(e.what()) == 500);
		}
	}
	return 0;
}
