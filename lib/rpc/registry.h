/**
 * @file registry.h  Every protobuf service that is linked in; generated from
 *                   proto/yinhu/v1 at build time (Makefile).
 */
#ifndef YH_RPC_REGISTRY_H
#define YH_RPC_REGISTRY_H

#include <stddef.h>
#include <protobuf-c/protobuf-c.h>

/** All services, shape (yh_n_services). */
extern const ProtobufCServiceDescriptor *const yh_services[];
extern const size_t yh_n_services;

#endif
