using Sluice.Linux.Netlink.Nftables;
using Sluice.Netfilter.Rules;
using Xunit;
using static Sluice.KernelTests.Netlink.NftSpace;

namespace Sluice.KernelTests.Netlink;

/// <summary>Statements that nft wrote, read, written over netlink and read again, are the same, for nft too.</summary>
public sealed class StatementTests
{
    [Theory]
    [InlineData("log")]
    [InlineData("log prefix \"refused: \" level debug")]
    [InlineData("log prefix \"tcp \" flags tcp sequence")]
    [InlineData("log flags tcp options")]
    [InlineData("log flags tcp sequence,options flags ip options flags skuid flags ether")]
    [InlineData("log level err flags all")]
    [InlineData("log group 7")]
    [InlineData("log prefix \"copy\" group 2 snaplen 64 queue-threshold 12")]
    [InlineData("add @seen { ip saddr counter }")]
    [InlineData("update @seen { ip saddr timeout 30s counter }")]
    [InlineData("update @seen-marks { ip saddr counter : meta mark }")]
    [InlineData("delete @seen { ip saddr }")]
    public void What_nft_wrote_is_written_again_as_it_was(string statement)
    {
        using var from = new NftSpace("from");
        from.Load($$"""
            table ip t {
              set seen { type ipv4_addr; size 1024; flags dynamic,timeout; timeout 1m; }
              map seen-marks { type ipv4_addr : mark; size 1024; flags dynamic; }
              chain c { {{statement}}
              }
            }
            """);
        using var to = new NftSpace("to");
        var table = Read(from);
        Ok(to.Connection.Create(table, NftOwnership.Anybody, out _));
        Assert.Equal(table, Read(to));
        Assert.Equal(from.List(), to.List());
    }

    private static Table Read(NftSpace space)
    {
        Assert.Null(space.Connection.Read(TableFamily.IPv4, "t", withElements: true, out var table, out _));
        return table!;
    }
}
