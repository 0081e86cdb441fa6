using System.Diagnostics;
using System.Net;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests;

public sealed partial class LabTests
{
    [Theory, MemberData(nameof(Variants))]
    public void Real_connections_tell_which_endpoint_answered(LabVariant variant)
    {
        using var lab = KernelLab.Create(fixture.Lab(variant).Variant);
        var client = lab.AddHost("client", "10.201.0.1", "10.201.0.2");
        var pods = lab.AddHost("pods", "10.202.0.1", "10.202.1.1", "10.202.1.2");
        pods.Listen(IPEndPoint.Parse("10.202.1.1:8080"));
        pods.Listen(IPEndPoint.Parse("10.202.1.2:8080"));
        lab.Load(Four, """
            *nat
            :SVC - [0:0]
            -A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j SVC
            -A OUTPUT -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j SVC
            -A SVC -p tcp -m statistic --mode nth --every 4 --packet 0 -j DNAT --to-destination 10.202.1.1:8080
            -A SVC -p tcp -j DNAT --to-destination 10.202.1.2:8080
            COMMIT
            """);
        var service = IPEndPoint.Parse("10.96.0.1:80");
        var clock = Stopwatch.StartNew();
        using (lab.Unwatched())
        {
            foreach (var count in new[] { client.Connect(service, 400), LabHost.Connect(lab.Node, service, 400) })
            {
                Assert.Empty(count.Errors);
                Assert.Equal(100, count.Answers["10.202.1.1:8080"]);
                Assert.Equal(300, count.Answers["10.202.1.2:8080"]);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"800 connections in {clock.ElapsedMilliseconds} ms");
        Is(new LabDisposition.Forwarded("h-pods"), lab.Send(From(Outside, "10.96.0.1", 80)), "nat PREROUTING 1");
    }
}
