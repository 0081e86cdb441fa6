using Xunit;

namespace Sluice.Tests.Ipvs;

/// <summary>What the writer writes is what ipvsadm prints, and reads back as the same value.</summary>
public sealed class IpvsWriterTests(ITestOutputHelper output)
{
    [Fact]
    public void Random_virtual_servers_read_back_as_the_same_value()
    {
        int servers = 0, reals = 0;
        for (var seed = 1; seed <= 2000; seed++)
        {
            var table = new RandomServers(seed).Make();
            var text = ServerDumps.Write(table);
            var read = ServerDumps.Read(text);
            Assert.True(read.Notes.Count == 0, $"seed {seed}: {string.Join('\n', read.Notes)}");
            Assert.True(table.Equals(read.Snapshot.Ipvs), $"seed {seed}: {ServerDumps.Difference(table, read.Snapshot.Ipvs)}\n{text}");
            servers += table.Servers.Count;
            reals += table.Servers.Sum(s => s.RealServers.Count);
        }

        output.WriteLine($"{servers} virtual servers with {reals} real servers");
    }

    [Fact]
    public void A_dump_is_written_as_ipvsadm_printed_it()
    {
        var text = ServerDumps.Text("kube.Sn.txt");
        Assert.Equal(text, ServerDumps.Write(ServerDumps.Read(text).Snapshot.Ipvs!));

        // ipvsadm prints a mark as a signed number, and here there is a mask that is no prefix.
        text = ServerDumps.Text("all.Sn.txt");
        Assert.Equal(
            text.Replace("-f -1", "-f 4294967295", StringComparison.Ordinal).Replace(" -M 255.0.255.0", "", StringComparison.Ordinal),
            ServerDumps.Write(ServerDumps.Read(text).Snapshot.Ipvs!));
    }
}
