using System.Text;
using Sluice.Kubernetes.Manifests;
using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Kubernetes.Manifests;

/// <summary>Documents, lists and everything that can be wrong with a text.</summary>
public sealed class ManifestReaderTests
{
    private const string A = """{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"clusterIP":"None"}}""";
    private const string B = """{"apiVersion":"v1","kind":"Service","metadata":{"name":"b"},"spec":{"clusterIP":"None"}}""";
    private const string Deployment = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},"spec":{"ports":7}}""";

    [Theory]
    [InlineData(A + B)]
    [InlineData(" \n" + A + "\r\n\r\n" + B + "\n\n")]
    [InlineData(A + "\n---\n" + B)]
    [InlineData(A + Deployment + B)]
    [InlineData("""{"apiVersion":"v1","kind":"List","items":[""" + A + "," + B + "]}")]
    [InlineData("""{"apiVersion":"v1","items":[""" + A + "," + Deployment + "," + B + """],"kind":"List","metadata":{"resourceVersion":""}}""")]
    [InlineData("""{"apiVersion":"v1","kind":"ServiceList","items":[{"metadata":{"name":"a"},"spec":{}},{"metadata":{"name":"b"},"spec":{}}]}""")]
    [InlineData("""{"apiVersion":"v1","items":[{"metadata":{"name":"a"},"spec":{}},{"metadata":{"name":"b"},"spec":{}}],"kind":"ServiceList"}""")]
    [InlineData("""{"items":[""" + A + """,{"apiVersion":"v1","kind":"List","items":[""" + B + """]}],"kind":"List"}""")]
    [InlineData("""{"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"A B"}}""" + A + B)]
    [InlineData("""{"kind":"\u0053ervice","\u0061piVersion":"v1","metadata":{"name":"\u0061"},"spec":{}}""" + B)]
    [InlineData("\uFEFF" + A + B)]
    public void Documents_and_lists_of_any_kind_give_their_objects(string text)
    {
        foreach (var name in new[] { "x.json", "x.yaml", "standard input" })
        {
            Assert.Equal("default/a default/b", string.Join(' ', Manifest.Objects(text, name).Select(o => o.Name)));
        }
    }

    [Theory]
    [InlineData("---\n" + A + "\n---\n" + B)]
    [InlineData("# a comment\n---\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec: {}\n---\n# nothing\n---\n" + B + "\n---\n")]
    [InlineData("%YAML 1.1\n---\n" + A + "\n...\n---\n" + B)]
    [InlineData("apiVersion: v1\nkind: List\nitems:\n- " + A + "\n- " + B)]
    [InlineData("apiVersion: v1\nitems:\n- &a " + A + "\n- {apiVersion: v1, kind: Service, metadata: {name: b}, spec: {clusterIP: None}, more: [*a, *a]}\nkind: List")]
    [InlineData("kind: &k Service\napiVersion: &v v1\nmetadata: {name: a}\nspec: &s {clusterIP: None}\n---\n" + B)]
    [InlineData("\uFEFFkind: \"Service\"\r\napiVersion: 'v1'\r\nmetadata:\r\n  name: !!str a\r\nspec: {}\r\n---\r\n" + B)]
    public void Yaml_documents_give_their_objects(string text) =>
        Assert.Equal("default/a default/b", string.Join(' ', Manifest.Objects(text).Select(o => o.Name)));

    [Theory]
    [InlineData("port: 0x50", 80)]
    [InlineData("port: 0120", 80)]
    [InlineData("port: 0o120", 80)]
    [InlineData("port: 0b1010000", 80)]
    [InlineData("port: 8_0", 80)]
    [InlineData("port: +80", 80)]
    [InlineData("port: !!int \"80\"", 80)]
    public void Numbers_of_every_notation_of_YAML_are_numbers(string port, int expected) =>
        Assert.Equal(expected, Manifest.Only<Service>(Manifest.Service($"{{clusterIP: 10.0.0.1, ports: [{{{port}}}]}}")).Ports[0].Port);

    [Theory]
    [InlineData("'80'", "a number from 1 to 65535, found \"80\"")]
    [InlineData("\"80\"", "a number from 1 to 65535, found \"80\"")]
    [InlineData("!!str 80", "a number from 1 to 65535, found \"80\"")]
    [InlineData("yes", "a number from 1 to 65535, found true")]
    [InlineData("8e1", "a number from 1 to 65535, found 80")]
    [InlineData(".inf", "a number from 1 to 65535, found \".inf\"")]
    [InlineData("8:0", "a number from 1 to 65535, found \"8:0\"")]
    [InlineData("{}", "a number from 1 to 65535, found an object")]
    public void Other_scalars_are_what_YAML_says_they_are(string port, string expected)
    {
        // A float is none of the API's whole numbers, even when it has no fraction; written as JSON it shows as 80.
        var content = Manifest.Read(Manifest.Service($"{{clusterIP: 10.0.0.1, ports: [{{port: {port}}}]}}"));
        Assert.Equal(port == "8e1" ? [] : [$"cluster.yaml:1: Service ns1/svc1: spec.ports[0].port: expected {expected}"], content.Problems.Select(p => p.ToString()));
    }

    [Theory]
    [InlineData("name: 80", "expected a text, found 80")]
    [InlineData("name: off", "expected a text, found false")]
    [InlineData("name: A", "expected a name of at most 63 lower-case letters, digits and - (RFC 1123 label), found \"A\"")]
    [InlineData("name: \"a\\nb\"", "expected a name of at most 63 lower-case letters, digits and - (RFC 1123 label), found \"a\\u000ab\"")]
    [InlineData("name: \"a\\0\"", "expected a name of at most 63 lower-case letters, digits and - (RFC 1123 label), found \"a\\u0000\"")]
    [InlineData("name: 'a;reboot'", "expected a name of at most 63 lower-case letters, digits and - (RFC 1123 label), found \"a;reboot\"")]
    [InlineData("name: 'a$(reboot)'", "expected a name of at most 63 lower-case letters, digits and - (RFC 1123 label), found \"a$(reboot)\"")]
    [InlineData("name: 'a\"b'", "expected a name of at most 63 lower-case letters, digits and - (RFC 1123 label), found \"a\"b\"")]
    [InlineData("name: -a", "expected a name of at most 63 lower-case letters, digits and - (RFC 1123 label), found \"-a\"")]
    [InlineData("name: \"a\\e[31m\"", "expected a name of at most 63 lower-case letters, digits and - (RFC 1123 label), found \"a\\u001b[31m\"")]
    public void A_name_that_Kubernetes_does_not_take_goes_no_further(string name, string expected)
    {
        var content = Manifest.Read($"{{apiVersion: v1, kind: Service, metadata: {{{name}}}, spec: {{}}}}");
        Assert.Equal([$"cluster.yaml:1: Service (no name): metadata.name: {expected}"], content.Problems.Select(p => p.ToString()));
        Assert.Empty(content.Objects);
        Assert.Null(content.Problems[0].Object);
    }

    [Fact]
    public void A_name_of_half_a_character_goes_no_further() => Assert.Equal(
        "x.json:1: Service (no name): metadata.name: expected UTF-8, found bytes that are none",
        Manifest.Problem("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"\ud800"},"spec":{}}""", "x.json"));

    [Fact]
    public void An_object_in_error_does_not_take_others_with_it_and_is_found_by_its_line()
    {
        var content = Manifest.Read("""
            # two Services
            apiVersion: v1
            kind: Service
            metadata: {name: a}
            spec:
              clusterIP: 10.0.0.1
              # not a number:
              ports:
              - port: 80
                name: web
              - name: other
                port: http
            ---

            apiVersion: v1
            kind: List
            items:
            - kind: Service
              apiVersion: v1
              metadata:
                name: b
                annotations:
                  text: |
                    ---
                    over some
                    lines
              spec: {clusterIP: None}
            - kind: Service
              apiVersion: v1
              metadata:
                name: c
              spec:
                sessionAffinity: 7
            """);
        Assert.Equal(
            [
                "cluster.yaml:12: Service default/a: spec.ports[1].port: expected a number from 1 to 65535, found \"http\"",
                "cluster.yaml:33: Service default/c: spec.sessionAffinity: expected a text, found 7",
            ],
            content.Problems.Select(p => p.ToString()));
        Assert.Equal("default/b", string.Join(' ', content.Objects.Select(o => o.Name)));
        Assert.True(content.IsWhole);
        Assert.Equal([new ObjectKey(ObjectKind.Service, new ObjectName("default", "a")), new ObjectKey(ObjectKind.Service, new ObjectName("default", "c"))], content.Problems.Select(p => p.Object!.Value));
    }

    [Fact]
    public void A_broken_document_does_not_take_others_with_it()
    {
        var content = Manifest.Read($"---\n{A}\n---\nkind: Service\n\tmetadata: x\n---\n{B}\n---\n- a list\n---\nspec: {{}}\n---\n{A}");
        Assert.Equal("default/a default/b default/a", string.Join(' ', content.Objects.Select(o => o.Name)));
        Assert.False(content.IsWhole);
        Assert.Equal(3, content.Problems.Count);
        Assert.StartsWith("cluster.yaml:5: no YAML: ", content.Problems[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("cluster.yaml:9: expected fields (name: value), found a list", content.Problems[1].ToString());
        Assert.Equal("cluster.yaml:11: kind: expected the kind of the object, found nothing: the text was cut, or is no manifest", content.Problems[2].ToString());
    }

    [Theory]
    [InlineData("", "x: no manifest in it: expected YAML or JSON objects of the Kubernetes API")]
    [InlineData("# a comment\n", "x: no manifest in it: expected YAML or JSON objects of the Kubernetes API")]
    [InlineData("   \n\n", "x: no manifest in it: expected YAML or JSON objects of the Kubernetes API")]
    [InlineData("hello", "x:1: expected fields (name: value), found \"hello\"")]
    [InlineData("a\0b", "x: no text: expected YAML or JSON, found zero bytes")]
    [InlineData("{\"a\"", "x:1: the text ends within an object: it was cut, or is still being written")]
    [InlineData("{\"a\":\n\n1", "x:3: the text ends within an object: it was cut, or is still being written")]
    [InlineData("{\"a\":\n 1 1}", "x:2: no JSON: '1' is invalid after a value")]
    [InlineData(A + "\n[]", "x:2: no JSON: expected an object, found \"[\"")]
    [InlineData("{\"kind\":\"List\"}", "x:1: List: apiVersion: expected the version of the API, found nothing")]
    [InlineData("{\"items\":[]}", "x:1: kind: expected the kind of the list, found nothing: the text was cut, or is no manifest")]
    [InlineData("{\"kind\":\"List\",\"items\":[\n7]}", "x:2: items: expected objects")]
    [InlineData("a: *b", "x:1: no YAML: expected an anchor before, found only its alias \"b\"")]
    [InlineData("a: &b [*b]", "x:1: no YAML: expected an anchor before, found only its alias \"b\"")]
    [InlineData("a: {[1]: 2}", "x:1: expected a plain key, found a list or mapping")]
    public void A_text_that_is_no_manifest_is_one_clear_line(string text, string expected)
    {
        var content = Manifest.Read(text, "x");
        Assert.Equal(expected, Assert.Single(content.Problems).ToString());
        Assert.False(content.IsWhole);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UTF_16_is_read_as_PowerShell_writes_it(bool isBigEndian)
    {
        var encoding = new UnicodeEncoding(isBigEndian, byteOrderMark: true);
        foreach (var text in new[] { A, "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {}\n" })
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
            var content = new ManifestReader().Read("x", bytes);
            Assert.Equal("default/a", string.Join(' ', content.Objects.Select(o => o.Name)));
            Assert.Empty(content.Problems);
        }
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_one_clear_line()
    {
        byte[] text = [.. "a: \n b: "u8, 0xff, 0xfe, .. "\n"u8];
        var content = new ManifestReader().Read("x", text);
        Assert.Matches("^x:[123]: no UTF-8: expected YAML or JSON in UTF-8$", Assert.Single(content.Problems).ToString());
    }

    [Fact]
    public void A_few_lines_that_stand_for_billions_are_refused()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        }

        Assert.Matches("^cluster.yaml:[0-9]+: anchors and aliases unfold to more than 100000 values$", Manifest.Problem(text.ToString()));
    }

    [Theory]
    [InlineData("{\"a\":", "x.json")]
    [InlineData("[", "x.yaml")]
    [InlineData("{a: ", "x.yaml")]
    [InlineData("- ", "x.yaml")]
    [InlineData("{\"items\":[", "x.json")]
    public void Deep_nesting_ends_in_one_clear_line(string piece, string name)
    {
        var problem = Manifest.Problem(string.Concat(Enumerable.Repeat(piece, 100_000)), name);
        Assert.DoesNotContain('\n', problem);
        Assert.True(problem.Length < 200, problem);
    }

    [Fact]
    public void Every_beginning_of_a_list_is_either_whole_or_a_problem()
    {
        var text = $$"""{"apiVersion":"v1","items":[{{A}},{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"IPv4","metadata":{"name":"a-1"},"endpoints":[{"addresses":["10.0.0.1"]}]},{{B}}],"kind":"List"}""";
        var whole = Manifest.Objects(text, "x.json");
        for (var length = 0; length < text.Length; length++)
        {
            var content = Manifest.Read(text[..length], "x.json");
            Assert.True(content is { IsWhole: false, Problems.Count: 1 }, $"{length} bytes: {string.Join("; ", content.Problems)}");
            Assert.Equal(whole.Take(content.Objects.Count), content.Objects);
        }
    }

    [Fact]
    public void A_stream_that_gives_one_byte_at_a_time_reads_the_same()
    {
        var text = Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","items":[{{A}},{{Deployment}},{{B}}],"kind":"List"} {{A}}""");
        var content = new ManifestReader().Read("x.json", new SlowStream(text));
        Assert.Empty(content.Problems);
        Assert.Equal("default/a default/b default/a", string.Join(' ', content.Objects.Select(o => o.Name)));
    }

    private sealed class SlowStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
