using System.Buffers.Binary;
using Sluice.KernelTests.Lab.Interop;

namespace Sluice.KernelTests.Lab;

/// <summary>
/// Reads NFT_MSG_TRACE. Headers come with the first message of each base chain only; what follows names the packet by an
/// id that the kernel derives from the skb.
/// </summary>
internal sealed class NftTraceDecoder(RuleNumbers numbers)
{
    /// <summary>The hook a packet is in: nf_tables does not say, but every evaluation begins in a built-in chain.</summary>
    private readonly Dictionary<(uint Id, string Table), string> _hooks = [];

    internal Signal.Traced Decode(ReadOnlySpan<byte> data)
    {
        var (table, chain, verdict) = ("", "", "");
        var (handle, type, id, mark, protocol) = (0UL, 0u, 0u, 0u, 0u);
        uint? policy = null;
        ReadOnlySpan<byte> network = [];
        ReadOnlySpan<byte> transport = [];
        for (var a = new NetlinkAttributes(data); a.Next();)
        {
            switch (a.Type)
            {
                case 1: table = a.Text; break;
                case 2: chain = a.Text; break;
                case 3: handle = a.UInt64; break;
                case 4: type = a.UInt32; break;
                case 5: verdict = Verdict(a.Nested); break;
                case 6: id = BinaryPrimitives.ReadUInt32LittleEndian(a.Value); break;
                case 8: network = a.Value; break;
                case 9: transport = a.Value; break;
                case 14: mark = a.UInt32; break;
                case 15: protocol = a.UInt32; break;
                case 16: policy = a.UInt32; break;
                default: break;
            }
        }

        if (LegacyTrace.IsHook(chain))
        {
            _hooks[(id, table)] = chain;
        }

        var family = protocol == Libc.AF_INET6 ? LabFamily.IPv6 : LabFamily.IPv4;
        var kind = (type, handle) switch { (1, _) => TraceKind.Policy, (_, 0) => TraceKind.End, _ => TraceKind.Rule };
        var number = kind == TraceKind.Rule ? numbers[family, table, chain, handle] : 0;
        var word = policy is { } p ? Name(p) : verdict;
        var step = new TraceStep(_hooks.GetValueOrDefault((id, table), "?"), table, chain, kind, number, word, mark);

        // The end of a built-in chain is followed by its policy; x_tables reports that alone.
        var dull = table == LabTable.Name || (kind == TraceKind.End && LegacyTrace.IsHook(chain));
        return new Signal.Traced(PacketView.Read(network, transport), id, family, dull ? null : step);
    }

    private static string Verdict(NetlinkAttributes attributes)
    {
        var (code, chain) = (0u, "");
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case 1: code = attributes.UInt32; break;
                case 2: chain = attributes.Text; break;
                default: break;
            }
        }

        return chain.Length > 0 ? $"{Name(code)} {chain}" : Name(code);
    }

    private static string Name(uint code) => (int)code switch
    {
        -1 => "continue",
        -2 => "break",
        -3 => "jump",
        -4 => "goto",
        -5 => "return",
        0 => "drop",
        1 => "accept",
        2 => "stolen",
        var other when (other & 0xff) == 3 => "queue",
        var other => $"verdict {other}",
    };
}
