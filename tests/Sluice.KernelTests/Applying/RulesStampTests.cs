using Sluice.Linux.Iptables;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Xunit;
using static Sluice.KernelTests.Applying.Batches;

namespace Sluice.KernelTests.Applying;

/// <summary>Whether the cheap question "did rules change?" is answered right.</summary>
public sealed class RulesStampTests
{
    private static readonly string[] s_tables = ["filter", "nat"];

    public static TheoryData<TableBackend, IPFamily> Tools => ToolSpace.All;

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task A_stamp_changes_with_every_kind_of_change_and_with_nothing_else(TableBackend backend, IPFamily family)
    {
        using var space = ToolSpace.Open(backend, family);
        using var reader = space.Namespace.Run(() => RulesStampReader.Open(space.Tools.Programs));
        Assert.NotNull(reader);
        await WriteAsync(Of(Table("filter", ["F"], Append("F", "-j RETURN")), Table("nat", ["N"], Append("N", "-p tcp -m tcp --dport 80 -j RETURN"))));

        await ChangesAsync(reader, "a rule more", () => WriteAsync(Of(Table("nat", [], Append("N", "-j RETURN")))));
        await ChangesAsync(reader, "a port of a rule", () => WriteAsync(Of(Table("nat", ["N"], Append("N", "-p tcp -m tcp --dport 81 -j RETURN"), Append("N", "-j RETURN")))));
        await ChangesAsync(reader, "a chain less", () => WriteAsync(Of(Table("filter", ["F"]) with { Removed = ["F"] })));
        await ChangesAsync(reader, "a policy", () => Run("-P", "FORWARD", "DROP"));
        await ChangesAsync(reader, "a flush", () => Run("-t", "nat", "-F"));

        var before = reader.Read(s_tables);
        Assert.NotNull(before);
        await space.SaveAsync(null, s_tables);
        await Run("-S");
        Assert.IsType<RestoreResult.Failed>(await space.RestoreAsync(Of(Table("nat", [], Append("NOWHERE", "-j RETURN")))));
        Assert.Equal(before, reader.Read(s_tables));

        async Task WriteAsync(Netfilter.Iptables.RestoreBatch batch)
        {
            var result = await space.RestoreAsync(batch);
            Assert.True(result is RestoreResult.Ok, result.ToString());
        }

        Task Run(params string[] arguments)
        {
            space.Namespace.Check(space.Tools.Programs.Command, arguments);
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public async Task Counted_packets_leave_the_stamp_of_legacy_tables_as_it_is(IPFamily family)
    {
        using var space = ToolSpace.Open(TableBackend.Legacy, family);
        using var reader = space.Namespace.Run(() => RulesStampReader.Open(space.Tools.Programs));
        Assert.NotNull(reader);
        await space.RestoreAsync(Of(Table("filter", ["F"], Append("F", "-j RETURN"), Append("OUTPUT", "-j F"))));
        space.Namespace.Check("ip", ["link", "set", "lo", "up"]);
        var before = reader.Read(s_tables);
        space.Namespace.Run(() =>
        {
            using var socket = new System.Net.Sockets.UdpClient(family == IPFamily.IPv4 ? "127.0.0.1" : "::1", 9);
            socket.Send([1, 2, 3]);
        });
        Assert.Matches(@"\[[1-9][0-9]*:[0-9]+\] -A F -j RETURN", space.Namespace.Check(space.Tools.Programs.Save, ["-c", "-t", "filter"]));
        Assert.Equal(before, reader.Read(s_tables));
    }

    /// <summary>What lets a daemon know after its own write that nobody else wrote meanwhile.</summary>
    [Fact]
    public async Task Each_table_of_a_restore_raises_the_generation_of_nf_tables_by_one()
    {
        using var space = ToolSpace.Open(TableBackend.Nft);
        using var reader = space.Namespace.Run(() => RulesStampReader.Open(space.Tools.Programs));
        Assert.NotNull(reader);
        foreach (var batch in new[]
        {
            Of(Table("filter", ["F"], Append("F", "-j RETURN"))),
            Of(Table("filter", ["F"], Append("F", "-j RETURN")), Table("nat", ["N"], Append("N", "-j RETURN"), Append("OUTPUT", "-j N"))),
            Of(Table("filter", ["F"]) with { Removed = ["F"] }, Table("nat", ["N"]), Table("mangle", ["M"])),
        })
        {
            var before = reader.Read(s_tables);
            Assert.NotNull(before);
            Assert.IsType<RestoreResult.Ok>(await space.RestoreAsync(batch));
            Assert.Equal(before, reader.Read(s_tables)?.Without((ulong)batch.Tables.Count));
        }
    }

    private static async Task ChangesAsync(RulesStampReader reader, string what, Func<Task> change)
    {
        var before = reader.Read(s_tables);
        Assert.NotNull(before);
        Assert.Equal(before, reader.Read(s_tables));
        await change();
        Assert.True(before != reader.Read(s_tables), $"{what} was not seen");
    }
}
