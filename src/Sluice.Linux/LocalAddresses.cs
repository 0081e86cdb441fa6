using System.Net;
using System.Runtime.InteropServices;
using Sluice.Linux.Interop;
using Sluice.Net;

namespace Sluice.Linux;

/// <summary>The addresses of this machine.</summary>
public static class LocalAddresses
{
    // struct sockaddr_in has the address after family and port; struct sockaddr_in6 after family, port and flow label.
    private const int OffsetV4 = 4;
    private const int OffsetV6 = 8;

    // It has the addresses of Services in IPVS mode, of kube-proxy too. To the kernel they are the node's.
    private static ReadOnlySpan<byte> ServiceInterface => "kube-ipvs0"u8;

    /// <summary>
    /// All addresses of all interfaces in the network namespace of the calling thread, each once, in order; loopback and link-local ones too. What
    /// only kube-ipvs0 has is none of them.
    /// </summary>
    /// <exception cref="IOException">The kernel does not say.</exception>
    public static unsafe IReadOnlyList<NetAddress> Read()
    {
        if (Libc.getifaddrs(out var first) != 0)
        {
            throw new IOException($"the addresses of this machine cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            var addresses = new SortedSet<NetAddress>();
            for (var entry = first; entry is not null; entry = entry->ifa_next)
            {
                if (entry->ifa_addr is null || MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry->ifa_name).SequenceEqual(ServiceInterface))
                {
                    continue;
                }

                var bytes = *(ushort*)entry->ifa_addr switch
                {
                    Libc.AF_INET => new ReadOnlySpan<byte>(entry->ifa_addr + OffsetV4, 4),
                    Libc.AF_INET6 => new ReadOnlySpan<byte>(entry->ifa_addr + OffsetV6, 16),
                    _ => default,
                };
                if (!bytes.IsEmpty)
                {
                    addresses.Add(NetAddress.From(new IPAddress(bytes)));
                }
            }

            return [.. addresses];
        }
        finally
        {
            Libc.freeifaddrs(first);
        }
    }
}
