using System.Diagnostics;
using System.Text;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests;

public sealed partial class LabTests
{
    /// <summary>Not a judgement: prints what a large comparison will cost. Run with <c>-explicit only</c>.</summary>
    [Theory(Explicit = true), MemberData(nameof(Variants))]
    public void Speed(LabVariant variant)
    {
        var lab = fixture.Lab(variant);
        var rules = new StringBuilder("*mangle\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*nat\n");
        for (var i = 0; i < 20; i++)
        {
            rules.Append($":C{i} - [0:0]\n-A PREROUTING -p tcp --dport {80 + i} -j C{i}\n-A C{i} -p tcp -j DNAT --to-destination 10.244.1.{i}\n");
        }

        rules.Append("-A POSTROUTING -j MASQUERADE\nCOMMIT\n*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n");
        var (load, send) = (new Stopwatch(), new Stopwatch());
        var create = Stopwatch.StartNew();
        using (KernelLab.Create(variant))
        {
            create.Stop();
        }

        const int Rulesets = 50;
        for (var i = 0; i < Rulesets; i++)
        {
            load.Start();
            lab.Load(Four, rules.ToString());
            load.Stop();
            List<LabPacket> packets = [.. Enumerable.Range(0, 20).Select(n => From(Outside, "198.18.0.1", (ushort)(80 + n)))];
            send.Start();
            var seen = lab.Send(packets);
            send.Stop();
            Assert.Equal("nat C19 1", seen[19].Path[2].Place);
        }

        var many = Stopwatch.StartNew();
        _ = lab.Send([.. Enumerable.Range(0, 5000).Select(_ => From(Outside, Pod, 80))]);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"create {create.ElapsedMilliseconds} ms; load {load.Elapsed.TotalMilliseconds / Rulesets:f1} ms per ruleset; "
            + $"20 packets {send.Elapsed.TotalMilliseconds / Rulesets:f2} ms; 5000 packets {many.ElapsedMilliseconds} ms");
    }
}
