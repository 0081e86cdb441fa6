using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Text;

namespace Sluice.Tests.Ipvs;

/// <summary>Reads dumps of ipvsadm for tests, and says where two of them differ.</summary>
internal static class ServerDumps
{
    public static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "ipvs", name));

    public static SnapshotReadResult Read(params string[] texts) =>
        SnapshotReader.Read(texts.Select((t, i) => SourceText.Of(texts.Length == 1 ? "dump" : $"dump{i + 1}", t)));

    public static string Write(IpvsTable table)
    {
        using var text = new StringWriter();
        IpvsWriter.Write(text, table);
        return text.ToString();
    }

    /// <summary>The table with something of each virtual and real server changed.</summary>
    public static IpvsTable With(IpvsTable table, Func<VirtualServer, VirtualServer> server, Func<RealServer, RealServer> real) =>
        new(table.Servers.Select(s => server(s) with { RealServers = s.RealServers.Select(real).ToEquatableArray() }).ToEquatableArray());

    /// <summary>Where two tables differ, whatever the order of their servers; null when nowhere.</summary>
    public static string? Difference(IpvsTable expected, IpvsTable? found)
    {
        foreach (var server in expected.Servers.ToList())
        {
            var other = found?.Servers.FirstOrDefault(s => s.Key == server.Key);
            if (other is null || !Sorted(server).Equals(Sorted(other)))
            {
                return $"{server.Key}\n{server}\n{Show(server)}\n{other}\n{(other is null ? "" : Show(other))}";
            }
        }

        return found!.Servers.Count == expected.Servers.Count ? null : $"{expected.Servers.Count} and {found.Servers.Count} virtual servers";
    }

    private static string Show(VirtualServer server) => string.Join('\n', server.RealServers.Select(r => $"{r} {r.Method} {r.Weight} {r.UpperThreshold} {r.LowerThreshold} {r.Tunnel}"));

    private static VirtualServer Sorted(VirtualServer server) =>
        server with { RealServers = server.RealServers.OrderBy(r => r.Address).ThenBy(r => r.Port).ToEquatableArray() };
}
