using System.Diagnostics;
using Xunit;

namespace Sluice.Tests.Kubernetes.Manifests;

/// <summary>A folder is watched: what happens in it is reported, what breaks in it is kept.</summary>
public sealed class ManifestSourceTests
{
    [Fact]
    public async Task Everything_is_reported_then_every_change()
    {
        await using var watched = new Watched();
        watched.Write("a.yaml", Service("a", 80));
        watched.Write("below/deep/b.json", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"b"},"spec":{"clusterIP":"10.0.0.1","ports":[{"port":81}]}}""");
        watched.Write("notes.txt", "no manifest");
        watched.Write(".hidden.yaml", "no manifest");
        watched.Start();
        await watched.ExpectAsync("both Services", s => s is { IsComplete: true, Services: "a:80 b:81" });
        watched.Write("a.yaml", Service("a", 90));
        await watched.ExpectServicesAsync("a:90 b:81");
        watched.Write("c.yml", Service("c", 82) + "---\n" + Service("d", 83));
        await watched.ExpectServicesAsync("a:90 b:81 c:82 d:83");
        File.Delete(watched.At("below/deep/b.json"));
        await watched.ExpectServicesAsync("a:90 c:82 d:83");
        Directory.Move(watched.At("below"), watched.At("elsewhere"));
        watched.Write("elsewhere/deep/e.yaml", Service("e", 84));
        await watched.ExpectServicesAsync("a:90 c:82 d:83 e:84");
        Directory.Delete(watched.At("elsewhere"), recursive: true);
        await watched.ExpectServicesAsync("a:90 c:82 d:83");
        Assert.Empty(watched.Problems);
    }

    [Fact]
    public async Task An_empty_folder_is_complete()
    {
        await using var watched = new Watched();
        watched.Start();
        await watched.ExpectAsync("nothing, completely", s => s.IsComplete);
        watched.Write("new/folder/a.yaml", Service("a", 80));
        await watched.ExpectServicesAsync("a:80");
    }

    [Fact]
    public async Task A_file_is_watched_however_it_is_saved()
    {
        await using var watched = new Watched();
        watched.Write("cluster.yaml", Service("a", 1));
        watched.Start("cluster.yaml");
        await watched.ExpectServicesAsync("a:1");
        for (var port = 2; port < 20; port++)
        {
            if (port % 2 == 0)
            {
                watched.Replace("cluster.yaml", Service("a", port));
            }
            else
            {
                watched.Write("cluster.yaml", Service("a", port));
            }

            await watched.ExpectServicesAsync($"a:{port}");
        }

        File.Move(watched.At("cluster.yaml"), watched.At("cluster.yaml~"));
        watched.Write("cluster.yaml", Service("a", 20) + "---\n" + Service("b", 1));
        await watched.ExpectServicesAsync("a:20 b:1");
        Assert.Empty(watched.Problems);
        File.Delete(watched.At("cluster.yaml"));
        await watched.ExpectProblemAsync("no such file or folder; all objects are kept as they were");
        watched.Write("cluster.yaml", Service("c", 1));
        await watched.ExpectServicesAsync("c:1");
    }

    [Fact]
    public async Task A_mounted_ConfigMap_is_read_through_its_links_and_swapped_as_a_whole()
    {
        await using var watched = new Watched();
        watched.Write("..2024_1/a.yaml", Service("a", 80));
        watched.Write("..2024_1/b.yaml", Service("b", 80));
        File.CreateSymbolicLink(watched.At("..data"), "..2024_1");
        File.CreateSymbolicLink(watched.At("a.yaml"), "..data/a.yaml");
        File.CreateSymbolicLink(watched.At("b.yaml"), "..data/b.yaml");
        watched.Start();
        await watched.ExpectAsync("both Services", s => s is { IsComplete: true, Services: "a:80 b:80" });

        // As the kubelet does it; the new files look the same from outside.
        watched.Write("..2024_2/a.yaml", Service("a", 81));
        watched.Write("..2024_2/b.yaml", Service("b", 81));
        var time = File.GetLastWriteTimeUtc(watched.At("..2024_1/a.yaml"));
        File.SetLastWriteTimeUtc(watched.At("..2024_2/a.yaml"), time);
        File.SetLastWriteTimeUtc(watched.At("..2024_2/b.yaml"), File.GetLastWriteTimeUtc(watched.At("..2024_1/b.yaml")));
        File.CreateSymbolicLink(watched.At("..data_tmp"), "..2024_2");
        using var move = Process.Start("mv", ["-T", watched.At("..data_tmp"), watched.At("..data")]);
        await move.WaitForExitAsync(TestContext.Current.CancellationToken);
        await watched.ExpectServicesAsync("a:81 b:81");
        Assert.Empty(watched.Problems);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"apiVersion\": \"v1\", \"items\": [")]
    [InlineData("apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: a\n  spec: {}\n")]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [")]
    public async Task A_file_that_breaks_keeps_its_objects_until_it_is_mended(string broken)
    {
        await using var watched = new Watched();
        watched.Write("a.yaml", Service("a", 80) + "---\n" + Service("b", 80));
        watched.Write("z.yaml", Service("z", 80));
        watched.Start();
        await watched.ExpectServicesAsync("a:80 b:80 z:80");
        watched.Write("a.yaml", broken);
        await watched.ExpectProblemAsync("its objects are kept as they were");
        watched.Write("z.yaml", Service("z", 81));
        await watched.ExpectServicesAsync("a:80 b:80 z:81");
        watched.Write("a.yaml", Service("b", 82));
        await watched.ExpectServicesAsync("b:82 z:81");
        Assert.Single(watched.Problems);
    }

    [Fact]
    public async Task A_file_that_is_half_written_for_a_moment_is_not_spoken_of()
    {
        await using var watched = new Watched();
        watched.Write("a.yaml", Service("a", 1));
        watched.Start();
        await watched.ExpectServicesAsync("a:1");
        for (var port = 2; port < 30; port++)
        {
            await using (var file = new StreamWriter(watched.At("a.yaml")))
            {
                await file.FlushAsync(TestContext.Current.CancellationToken);
                await file.WriteAsync("apiVersion: v1\nki");
                await file.FlushAsync(TestContext.Current.CancellationToken);
                await file.WriteAsync($"nd: Service\nmetadata: {{name: a}}\nspec: {{clusterIP: 10.0.0.1, ports: [{{port: {port}}}]}}\n");
            }

            await watched.ExpectServicesAsync($"a:{port}");
        }

        Assert.Empty(watched.Problems);
    }

    [Fact]
    public async Task An_object_in_error_is_kept_as_it_was_and_others_go_on()
    {
        await using var watched = new Watched();
        watched.Write("a.yaml", Service("a", 80) + "---\n" + Service("b", 80) + "---\n" + Service("c", 80));
        watched.Start();
        await watched.ExpectServicesAsync("a:80 b:80 c:80");
        watched.Write("a.yaml", Service("a", 81) + "---\n" + Service("b", 99999));
        await watched.ExpectServicesAsync("a:81 b:80");
        Assert.Equal([watched.At("a.yaml") + ":11: Service default/b: spec.ports[0].port: expected a number from 1 to 65535, found 99999"], watched.Problems);
    }

    [Fact]
    public async Task A_file_that_is_broken_from_the_start_keeps_the_cluster_incomplete()
    {
        await using var watched = new Watched();
        watched.Write("a.yaml", Service("a", 80));
        watched.Write("b.json", "{\"apiVersion\": ");
        watched.Start();
        await watched.ExpectProblemAsync("b.json:1: the text ends within an object: it was cut, or is still being written; nothing of it is used");
        await watched.ExpectAsync("the rest, incomplete", s => s is { IsComplete: false, Services: "a:80" });
        watched.Replace("b.json", """{"apiVersion":"v1","kind":"List","items":[]}""");
        await watched.ExpectAsync("all", s => s.IsComplete);
    }

    [Fact]
    public async Task An_object_in_error_from_the_start_is_named_and_does_not_hold_up_the_rest()
    {
        await using var watched = new Watched();
        watched.Write("a.yaml", Service("a", 80) + "---\n" + Service("b", 0));
        watched.Start();
        await watched.ExpectAsync("a alone, completely", s => s is { IsComplete: true, Services: "a:80", Problems.Count: 1 });
    }

    [Fact]
    public async Task Of_an_object_in_two_files_the_last_by_path_counts()
    {
        await using var watched = new Watched();
        watched.Write("a.yaml", Service("x", 1));
        watched.Write("c.yaml", Service("x", 3));
        watched.Start();
        await watched.ExpectServicesAsync("x:3");
        await watched.ExpectProblemAsync($"Service default/x: given in {watched.At("a.yaml")} too, the one in {watched.At("c.yaml")} counts");
        watched.Write("b.yaml", Service("x", 2));
        await watched.ExpectProblemAsync($"Service default/x: given in {watched.At("b.yaml")} too, the one in {watched.At("c.yaml")} counts");
        File.Delete(watched.At("c.yaml"));
        await watched.ExpectServicesAsync("x:2");
        File.Delete(watched.At("a.yaml"));
        watched.Write("b.yaml", Service("x", 4));
        await watched.ExpectServicesAsync("x:4");
        File.Delete(watched.At("b.yaml"));
        await watched.ExpectServicesAsync("");
    }

    [Fact]
    public async Task An_object_that_moves_to_another_file_is_never_gone()
    {
        await using var watched = new Watched();
        watched.Write("b.yaml", Service("x", 1));
        watched.Start();
        await watched.ExpectServicesAsync("x:1");
        for (var i = 0; i < 20; i++)
        {
            var (from, to) = i % 2 == 0 ? ("b.yaml", "a.yaml") : ("a.yaml", "b.yaml");
            File.Move(watched.At(from), watched.At(to));
            watched.Write(to, Service("x", i + 2));
            await watched.ExpectServicesAsync($"x:{i + 2}");
        }

        Assert.DoesNotContain("Delete", watched.Log, StringComparison.Ordinal);
        Assert.Empty(watched.Problems);
    }

    [Fact]
    public async Task A_folder_that_vanishes_takes_nothing_with_it_and_is_watched_again_when_it_returns()
    {
        await using var watched = new Watched();
        watched.Write("in/a.yaml", Service("a", 80));
        watched.Start("in");
        await watched.ExpectServicesAsync("a:80");
        Directory.Delete(watched.At("in"), recursive: true);
        await watched.ExpectProblemAsync("no such file or folder; all objects are kept as they were");
        await watched.ExpectServicesAsync("a:80");
        watched.Write("in/b.yaml", Service("b", 80));
        await watched.ExpectServicesAsync("b:80");
        watched.Write("in/b.yaml", Service("b", 81));
        await watched.ExpectServicesAsync("b:81");
    }

    [Fact]
    public async Task A_path_that_is_not_there_yet_is_waited_for()
    {
        await using var watched = new Watched();
        watched.Start("later");
        await watched.ExpectProblemAsync("no such file or folder");
        await watched.ExpectAsync("nothing, incomplete", s => s is { IsComplete: false, Known.Count: 0 });
        watched.Write("later/a.yaml", Service("a", 80));
        await watched.ExpectAsync("a, completely", s => s is { IsComplete: true, Services: "a:80" });
    }

    [Fact]
    public async Task After_a_storm_of_changes_the_last_state_is_known()
    {
        await using var watched = new Watched();
        watched.Start();
        var random = new Random(7);
        var expected = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 2000; i++)
        {
            var name = $"s{random.Next(50)}";
            if (random.Next(5) == 0)
            {
                File.Delete(watched.At($"{name}.yaml"));
                expected.Remove(name);
            }
            else
            {
                watched.Write($"{name}.yaml", Service(name, i + 1));
                expected[name] = i + 1;
            }
        }

        await watched.ExpectServicesAsync(string.Join(' ', expected.Select(e => $"{e.Key}:{e.Value}").Order(StringComparer.Ordinal)));
    }

    private static string Service(string name, int port) => $"""
        apiVersion: v1
        kind: Service
        metadata:
          name: {name}
        spec: {"{"}clusterIP: 10.0.0.1, ports: [{"{"}port: {port}{"}"}]{"}"}

        """;
}
