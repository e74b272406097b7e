using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GrpoMonteCarlo.Worker.Commands;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>
/// Experiment files made to do harm, from fixed seeds: each is accepted, or refused with one line that begins with its path, in bounded memory
/// and time. GRPOMC_FUZZ says how many; 600 unless set.
/// </summary>
public sealed partial class HostileExperimentTests : IDisposable
{
    private const long MostBytes = 400 << 20;
    private const long MostBytesPerCell = 8192; // of a plan that is accepted, most of it let go of at once
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);
    private static readonly int Files = int.Parse(Environment.GetEnvironmentVariable("GRPOMC_FUZZ") ?? "600", CultureInfo.InvariantCulture);

    private static readonly string[] Values =
    [
        "null", "true", "\"\"", "\"grpo\"", "[]", "{}", "[[]]", "[null]", "-0", "0", "-1", "1e400", "-1e400", "1e-400", "0.5", "1.5", "9007199254740993", "1e12", "1e300",
        "123456789012345678901234567890", "\"\\ud800\"", "\"\\u0000\"", "\"line\\nfeed\"", "\"\\u001b[2J\"", "[1, 1]", "[0.1, \"0.2\"]", "{ \"from\": 0.1, \"to\": 0.9, \"count\": 1e6 }",
        "{ \"from\": 1, \"to\": 1e12, \"count\": 1000000, \"scale\": \"log\" }", "{ \"count\": 1048576, \"beta\": [1e-3, 1e6] }", "{ \"kind\": \"gradient\", \"steps\": 2147483647 }", "NaN", "// comment",
    ];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Mutated_files_are_accepted_or_refused_in_one_line()
    {
        string[] texts =
        [
            MixedRun.Experiment, VariantsRun.Experiment,
            .. Directory.GetFiles(Repository.PathOf("experiments"), "*.json").Where(path => !path.EndsWith("schema.json", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).Select(File.ReadAllText),
        ];
        int accepted = 0;
        for (int seed = 0; seed < Files; seed++)
        {
            var random = new System.Random(seed);
            accepted += Refusal(Mutated(texts[random.Next(texts.Length)], random), $"seed {seed}") is null ? 1 : 0;
        }

        Assert.InRange(accepted, Files / 100, Files * 6 / 10);
    }

    // What a mutation hardly finds.
    public static TheoryData<string, string> Bombs => new()
    {
        { "a list of a million values", $$"""{ "name": "x", "seed": 1, "iterations": 1, "replicates": 1, "grid": { "pRef": [{{Repeat(1_000_000, i => $"0.{i + 1:D7}1")}}, 0], "beta": 1, "groupSize": 2, "groups": 1 } }""" },
        { "eleven million zeros", $"[{Repeat(11_000_000, _ => "0")}]" },
        { "eleven million zeros for a member", $$"""{ "name": "x", "seed": 1, "iterations": 1, "replicates": 1, "grid": { "pRef": [{{Repeat(11_000_000, _ => "0")}}] } }""" },
        { "a million grids", $$"""{ "name": "x", "seed": 1, "iterations": 1, "replicates": 1, "grid": [{{Repeat(1_000_000, _ => "{}")}}] }""" },
        {
            "grids of a million values in each axis",
            $$"""{ "name": "x", "seed": 1, "iterations": 1, "replicates": 1, "grid": [{{Repeat(2000, _ => """{ "pRef": { "from": 0.1, "to": 0.9, "count": 1000000 }, "beta": { "from": 1, "to": 9, "count": 1000000 }, "groupSize": 2, "groups": 1 }""")}}] }"""
        },
        {
            "a million values that round to two",
            $$"""{ "name": "x", "seed": 1, "iterations": 1, "replicates": 1, "grid": [{{Repeat(2000, i => $$"""{ "pRef": 0.5, "beta": {{i + 1}}, "groupSize": 2, "groups": { "from": 1, "to": 2, "count": 1000000 } }""")}}] }"""
        },
        { "a million members", $$"""{ {{Repeat(1_000_000, i => $"\"m{i}\": 1")}} }""" },
        { "the same member a million times", $$"""{ {{Repeat(1_000_000, _ => "\"name\": \"x\"")}} }""" },
        { "a name of ten megabytes", $$"""{ "{{new string('n', 10_000_000)}}": 1 }""" },
        { "a text of ten megabytes for a name", $$"""{ "name": "{{new string('\t', 100)}}{{new string('n', 10_000_000)}}", "seed": 1, "iterations": 1, "replicates": 1, "grid": [] }""".Replace("\t", "\\t", StringComparison.Ordinal) },
        { "a number of ten million digits", $$"""{ "name": "x", "seed": {{new string('9', 10_000_000)}}, "iterations": 1, "replicates": 1, "grid": [] }""" },
        { "nested a million deep", new string('[', 1_000_000) },
        { "comments nested and never closed", string.Concat(Enumerable.Repeat("/* ", 100_000)) },
        { "a member of half a surrogate pair", """{ "\ud800": 1 }""" },
        { "zeros", new string('\0', 1000) },
        { "a mark of another encoding", "\uFFFE{ }" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Files_that_ask_for_much_are_refused_in_one_line(string what, string text) => Assert.NotNull(Refusal(Encoding.UTF8.GetBytes(text), what));

    [Fact]
    public void A_file_that_is_too_large_is_refused_before_it_is_read()
    {
        using (FileStream file = File.Create(_workspace.PathOf("hostile.json")))
        {
            file.SetLength(1L << 40);
        }

        Assert.Contains("larger than", Assert.Throws<BadInputException>(() => RunCommand.ReadPlan(_workspace.PathOf("hostile.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void As_a_process_they_are_refused_in_one_line_and_nothing_is_written()
    {
        foreach ((string name, string text) in new[] { ("control.json", """{ "a\n\u001b[2Jb": 1 }"""), ("line\nfeed.json", "{"), ("empty.json", ""), ("deep.json", new string('[', 100_000)) })
        {
            _workspace.Write(name, text);
            string[] before = _workspace.Snapshot();
            Tests.Refusal.Check(_workspace.Run("run", name), name.Replace("\n", "\\u000a", StringComparison.Ordinal));
            Assert.Equal(before, _workspace.Snapshot());
        }

        Tests.Refusal.Check(_workspace.Run("theory", "--p-ref", "0.2", "--beta", "1", "--group-size", "2", "--advantage", """{ "\ud800": [0, 1, 0] }"""), "--advantage");
    }

    // As the run command reads it; null where it is accepted.
    private string? Refusal(byte[] file, string what)
    {
        string path = _workspace.PathOf("hostile.json");
        File.WriteAllBytes(path, file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        long cells = 0;
        try
        {
            cells = RunCommand.ReadPlan(path).Cells.Count;
            return null;
        }
        catch (BadInputException refused)
        {
            string line = refused.Message;
            Assert.True(line.StartsWith(path + ": ", StringComparison.Ordinal), $"{what}: {line}");
            Assert.True(line.Length < path.Length + 2100 && !line.Any(char.IsControl) && !line.Contains("Exception", StringComparison.Ordinal), $"{what}: {line}");
            Assert.Matches(Place(), line[(path.Length + 2)..]);
            return line;
        }
        finally
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MostBytes + (cells * MostBytesPerCell), $"{what}: {allocated} bytes, {cells} cells");
            Assert.True(Stopwatch.GetElapsedTime(start) < MostTime, $"{what}: {Stopwatch.GetElapsedTime(start)}");
        }
    }

    [GeneratedRegex(@"^(\$\S*: .|line \d+, byte \d+: .|\$.*: .)")]
    private static partial Regex Place();

    [GeneratedRegex("""
        "[A-Za-z]+"(?=\s*:)
        """)]
    private static partial Regex Member();

    [GeneratedRegex("""
        (?<=:\s*)("[^"]*"|-?[0-9.e-]+|true|false|\[[^\[\]]*\])
        """)]
    private static partial Regex Value();

    private static byte[] Mutated(string text, System.Random random)
    {
        // Half of the files are still JSON of some kind.
        for (int left = 1 + random.Next(3); left > 0; left--)
        {
            text = random.Next(4) switch
            {
                0 => Replaced(Member(), text, random, member => random.Next(3) switch { 0 => "\"seeds\"", 1 => member.ToUpperInvariant(), _ => $"{member}: 1, {member}" }),
                1 => Replaced(Member(), text, random, _ => Member().Matches(text)[random.Next(Member().Count(text))].Value),
                _ => Replaced(Value(), text, random, _ => Values[random.Next(Values.Length)]),
            };
        }

        List<byte> bytes = [.. Encoding.UTF8.GetBytes(text)];
        int at = random.Next(bytes.Count);
        switch (random.Next(16))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.RemoveRange(at, random.Next(Math.Min(40, bytes.Count - at)));
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count / 2), random.Next(bytes.Count / 2)));
                break;
            case 5:
                bytes.InsertRange(at, Enumerable.Repeat((byte)"[{\"\0/"[random.Next(5)], random.Next(500)));
                break;
            case 6:
                bytes.InsertRange(random.Next(2) == 0 ? 0 : at, (byte[])[0xEF, 0xBB, 0xBF]);
                break;
            case 7:
                bytes.InsertRange(at, "/* comment"u8.ToArray());
                break;
            default:
                break;
        }

        return [.. bytes];
    }

    private static string Replaced(Regex what, string text, System.Random random, Func<string, string> by)
    {
        MatchCollection found = what.Matches(text);
        if (found.Count == 0)
        {
            return text;
        }

        Match match = found[random.Next(found.Count)];
        return text[..match.Index] + by(match.Value) + text[(match.Index + match.Length)..];
    }

    private static string Repeat(int count, Func<int, string> element) => string.Join(',', Enumerable.Range(0, count).Select(element));
}
