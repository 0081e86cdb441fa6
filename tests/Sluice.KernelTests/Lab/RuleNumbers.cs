using Sluice.KernelTests.Lab.Interop;

namespace Sluice.KernelTests.Lab;

/// <summary>Which place in its chain an nft rule handle has: iptables counts rules, nf_tables names them.</summary>
internal sealed class RuleNumbers
{
    private const int NftSubsystem = 10;
    private const int GetRule = 7;

    /// <summary>NFPROTO_INET.</summary>
    private const byte InetFamily = 1;

    private readonly Dictionary<(LabFamily, string, string, ulong), int> _numbers = [];

    internal int this[LabFamily family, string table, string chain, ulong handle] =>
        _numbers.GetValueOrDefault((family, table, chain, handle));

    /// <summary>Reads the rules of one family; the kernel lists a chain's rules in their order.</summary>
    internal void Read(NetfilterSocket socket, LabFamily family) =>
        Read(socket, (byte)(family == LabFamily.IPv4 ? Libc.AF_INET : Libc.AF_INET6), [family]);

    /// <summary>Reads the rules of tables for both families; their names must differ from those of other tables.</summary>
    internal void ReadInet(NetfilterSocket socket) => Read(socket, InetFamily, [LabFamily.IPv4, LabFamily.IPv6]);

    private void Read(NetfilterSocket socket, byte family, LabFamily[] families)
    {
        var counts = new Dictionary<(string, string), int>();
        var request = new NetlinkWriter(NftSubsystem, GetRule, NetlinkWriter.Request | NetlinkWriter.Dump,
            socket.NextSequence(), family);
        socket.Request(request, (_, _, _, data) =>
        {
            var (table, chain, handle) = ("", "", 0UL);
            for (var attributes = new NetlinkAttributes(data); attributes.Next();)
            {
                switch (attributes.Type)
                {
                    case 1: table = attributes.Text; break;
                    case 2: chain = attributes.Text; break;
                    case 3: handle = attributes.UInt64; break;
                    default: break;
                }
            }

            var number = counts[(table, chain)] = counts.GetValueOrDefault((table, chain)) + 1;
            foreach (var one in families)
            {
                _numbers[(one, table, chain, handle)] = number;
            }
        });
    }

    internal void Clear() => _numbers.Clear();
}
