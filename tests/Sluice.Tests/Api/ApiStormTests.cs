using System.Globalization;
using Sluice.Kubernetes.Objects;
using Sluice.Tests.Api.Server;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>An API server of which nothing is sure for several hundred steps: in the end what is known equals what it has.</summary>
public sealed class ApiStormTests
{
    private const int Steps = 400;

    [Theory]
    [InlineData(20260401)]
    [InlineData(20260402)]
    public async Task After_a_storm_of_changes_and_faults_everything_is_as_the_server_has_it(int seed)
    {
        await using var rig = await ApiRig.CreateAsync(step: 0.1);
        var draws = new Random(seed);
        var faults = new Random(seed + 1);
        var gate = new Lock();
        for (var s = 0; s < 20; s++)
        {
            rig.Store.Set(ApiObjects.Service(s));
            rig.Store.Set(ApiObjects.Slice(s, s % 4));
        }

        rig.Server.Misbehave = (_, isWatch) =>
        {
            lock (gate)
            {
                return Draw(faults, isWatch);
            }
        };
        rig.Follow();
        for (var step = 0; step < Steps; step++)
        {
            Change(rig, draws);
            Shake(rig, draws);
            await Task.Delay(draws.Next(8), TestContext.Current.CancellationToken);
        }

        rig.Server.Return();
        rig.Server.Misbehave = (_, _) => null;
        await rig.SettledAsync(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        var services = rig.StatusOf(ObjectKind.Service);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {services}");
        Assert.True(services.Failures > 3, services.ToString());
    }

    private static void Change(ApiRig rig, Random draws)
    {
        var number = draws.Next(30);
        switch (draws.Next(8))
        {
            case 0:
                rig.Store.Remove("Service", "default/" + ApiObjects.Name(number));
                break;
            case 1:
                rig.Store.Remove("EndpointSlice", $"default/{ApiObjects.Name(number)}-abcde");
                break;
            case 2:
                rig.Store.Set(ApiObjects.Node(ApiRig.NodeName, draws.Next(2) == 0 ? "zone-a" : "zone-b"));
                break;
            case 3:
                rig.Store.Remove("Node", ApiRig.NodeName);
                break;
            case 4 or 5:
                rig.Store.Set(ApiObjects.Slice(number, draws.Next(6)));
                break;
            default:
                rig.Store.Set(ApiObjects.Service(number, 1 + draws.Next(1000), draws.Next(6) == 0 ? ["service.kubernetes.io/service-proxy-name"] : []));
                break;
        }
    }

    private static void Shake(ApiRig rig, Random draws)
    {
        switch (draws.Next(40))
        {
            case 0:
                rig.Server.Leave();
                break;
            case 1 or 2:
                rig.Server.ResetConnections();
                break;
            case 3 or 4:
                rig.Store.Compact();
                break;
            case < 12:
                rig.Server.Return();
                break;
        }
    }

    private static Trouble? Draw(Random faults, bool isWatch) => faults.Next(16) switch
    {
        0 => new Trouble.Cut(faults.Next(4000)),
        1 => new Trouble.Short(faults.Next(4000)),
        2 => new Trouble.Garbage(faults.Next(4000)),
        3 => new Trouble.Silence(faults.Next(4000)),
        4 => new Trouble.Drip(200 + faults.Next(2000), TimeSpan.FromSeconds(0.1)),
        5 => new Trouble.Refusal(429, "TooManyRequests", faults.Next(4)),
        6 => new Trouble.Refusal(500, "InternalError"),
        7 => new Trouble.Refusal(410, "Expired"),
        8 when isWatch => new Trouble.Expiry(faults.Next(6)),
        9 or 10 when isWatch => new Trouble.Repetition(faults.Next()),
        8 => new Trouble.Stale(1 + faults.Next(900)),
        _ => null,
    };
}
