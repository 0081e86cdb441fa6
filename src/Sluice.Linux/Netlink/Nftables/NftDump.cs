using System.Buffers.Binary;
using Sluice.Linux.Interop;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Asks nf_tables for what it holds, all of one generation.</summary>
/// <param name="socket">Where.</param>
internal sealed class NftDump(NetlinkSocket socket) : IDisposable
{
    // Whoever writes rules without a pause makes every dump of more than a few kilobytes inconsistent: then somebody must give up.
    private const int Attempts = 20;

    // So often a dump of many moments is tried as one of one moment first.
    private const int LooseAttempts = 3;

    private readonly NetlinkWriter _request = new();
    private uint _generation;
    private bool _takesAny;

    /// <summary>Whether, where rules change all the time, answers of several moments are better than none.</summary>
    internal bool IsLoose { get; set; }

    /// <summary>The number of the current generation; null when the kernel does not answer.</summary>
    internal uint? ReadGeneration() => ReadGeneration(out var generation) is null ? generation : null;

    /// <summary>Reads until all that was read is of one generation.</summary>
    /// <param name="read">Reads once, with <see cref="Ask(ushort, byte, NetlinkMessageHandler, ReadOnlySpan{ValueTuple{int, string}})"/>; what it read before is void.</param>
    /// <param name="generation">The generation.</param>
    internal NetlinkFault? Read(Func<NetlinkFault?> read, out uint generation)
    {
        generation = 0;
        for (var i = 0; i < Attempts; i++)
        {
            if (ReadGeneration(out var before) is { } refusal)
            {
                return refusal;
            }

            generation = _generation = before;
            _takesAny = IsLoose && i >= LooseAttempts;
            var fault = read();
            if (fault is not null && fault.Errno != Libc.EINTR)
            {
                // What was named by an earlier answer may have gone meanwhile.
                if (fault.Errno != Libc.ENOENT || ReadGeneration() == before)
                {
                    return fault;
                }

                continue;
            }

            if (fault is null && (_takesAny || ReadGeneration() == before))
            {
                return null;
            }
        }

        return new NetlinkFault(Libc.EINTR);
    }

    /// <summary>Asks once; EINTR when the rules changed meanwhile.</summary>
    /// <param name="type">NFT_MSG_GET*.</param>
    /// <param name="family">The family's number; 0 for all.</param>
    /// <param name="handler">Takes the messages.</param>
    /// <param name="names">Attributes that name what is asked for, by type.</param>
    internal NetlinkFault? Ask(ushort type, byte family, NetlinkMessageHandler handler, params ReadOnlySpan<(int Type, string Name)> names)
    {
        var request = Begin(type, NetlinkMessages.NLM_F_DUMP, family);
        foreach (var (attribute, name) in names)
        {
            request.Text(attribute, name);
        }

        return Ask(request, handler);
    }

    /// <summary>Asks once; EINTR when the rules changed meanwhile.</summary>
    /// <param name="request">What <see cref="Begin"/> began.</param>
    /// <param name="handler">Takes the messages.</param>
    internal NetlinkFault? Ask(NetlinkWriter request, NetlinkMessageHandler handler)
    {
        var isChanged = false;
        var fault = socket.Ask(request, (answer, body) =>
        {
            // Each message ends its header with the low bits of its generation. Dumps of elements have no other mark of a change.
            isChanged |= body.Length < Nft.HeaderBytes || (!_takesAny && BinaryPrimitives.ReadUInt16BigEndian(body[2..]) != (ushort)_generation);
            if (!isChanged)
            {
                handler(answer, body);
            }
        });
        return isChanged && (fault is null or { Errno: Libc.ENOENT }) ? new NetlinkFault(Libc.EINTR)
            : _takesAny && fault is { Errno: Libc.EINTR } ? null
            : fault;
    }

    /// <summary>Begins a question; its attributes are to be written behind it.</summary>
    /// <param name="type">NFT_MSG_GET*.</param>
    /// <param name="flags">NLM_F_*, that say that the answer ends.</param>
    /// <param name="family">The family's number; 0 for all.</param>
    internal NetlinkWriter Begin(ushort type, ushort flags, byte family)
    {
        _request.Clear();
        _request.BeginMessage(type, flags, [family, 0, 0, 0]);
        return _request;
    }

    /// <inheritdoc/>
    public void Dispose() => _request.Dispose();

    /// <summary>Reads the number of the current generation.</summary>
    /// <param name="generation">The number; 0 with a fault.</param>
    internal NetlinkFault? ReadGeneration(out uint generation)
    {
        uint found = 0;
        var fault = socket.Ask(Begin(Nft.NFT_MSG_GETGEN, NetlinkMessages.NLM_F_ACK, family: 0), (type, body) =>
        {
            if (type == Nft.NFT_MSG_NEWGEN && body.Length >= Nft.HeaderBytes &&
                NetlinkReader.Find(body[Nft.HeaderBytes..], Nft.NFTA_GEN_ID) is { Length: >= sizeof(uint) } id)
            {
                found = BinaryPrimitives.ReadUInt32BigEndian(id);
            }
        });
        generation = found;
        return fault;
    }
}
