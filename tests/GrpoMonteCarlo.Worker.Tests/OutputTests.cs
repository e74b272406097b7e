using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GrpoMonteCarlo.Worker.Commands;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>Results go to standard output, everything else to standard error.</summary>
public sealed class OutputTests : IDisposable
{
    private const string Three = """
        {
          "name": "three", "seed": 4, "iterations": 5, "replicates": 100,
          "grid": { "pRef": [0.1, 0.3, 0.5], "beta": 1.5, "groupSize": 8, "groups": 30 }
        }
        """;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_run_prints_a_row_for_each_cell_and_its_certificate()
    {
        _workspace.Write("experiment.json", Three);
        Answer answer = _workspace.Run("run", "experiment.json", "--out", "out", "--no-progress", "--no-report").Expect(0);
        Assert.Equal("", answer.Errors);
        string[] lines = answer.Output.Split('\n');
        Assert.Contains("5 iterations, 100 replicates", lines[0], StringComparison.Ordinal);
        Assert.Contains("beta 1.5", lines[0], StringComparison.Ordinal);

        // The last row of each cell in the summary, to the digits that are shown.
        DatasetTable summary = new Results(_workspace.PathOf("out")).Read("summary.parquet");
        string[] names = lines[2].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(["p_ref", "p_start", "p", "se", "finite group", "population", "p - population", "step_z"], names);
        for (int cell = 0; cell < 3; cell++)
        {
            int row = (cell * 6) + 5;
            string[] values = lines[3 + cell].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            double[] shown = [.. values.Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
            Assert.Equal(summary.Double("p_ref", row), shown[0], 1e-15);
            Assert.Equal(summary.Double("p_mean", row), shown[2], 6e-7);
            Assert.Equal(summary.Double("p_se", row), shown[3], summary.Double("p_se", row) / 10);
            Assert.Equal(summary.Double("p_finite", row), shown[4], 6e-7);
            Assert.Equal(summary.Double("p_theory", row), shown[5], 6e-7);
            Assert.Equal(summary.Double("deviation_theory", row), shown[6], 6e-7);
            Assert.Equal(summary.Double("step_z", row), shown[7], 6e-3);
        }

        Assert.Equal("", lines[6]);
        Assert.StartsWith("certificate: passed; 15 step_z", lines[7], StringComparison.Ordinal);
    }

    [Fact]
    public void What_tells_variants_apart_is_a_column()
    {
        _workspace.Write("experiment.json", """
            {
              "name": "variants", "seed": 4, "iterations": 2, "replicates": 3,
              "grid": { "pRef": 0.3, "beta": 1, "groupSize": 4, "groups": 10, "arms": [3, 5], "update": ["per-arm", { "kind": "gradient", "clip": [0.1, null] }] }
            }
            """);
        string[] lines = _workspace.Run("run", "experiment.json", "--out", "out", "--no-progress", "--no-report").Expect(0).Output.Split('\n');
        string[] names = lines[2].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(["arms", "update", "steps", "learning_rate", "clip_low", "kl", "degenerate_kl", "p"], names[..8]);
        Assert.Equal(["5", "gradient", "1", "0.1", "0.1", "k3", "kept"], lines[6].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..7]);
    }

    [Fact]
    public void Progress_is_on_standard_error_only()
    {
        _workspace.Write("experiment.json", Three);
        Answer quiet = _workspace.Run("run", "experiment.json", "--out", "out", "--no-progress", "--no-report").Expect(0);
        Answer shown = _workspace.Run("run", "experiment.json", "--out", "out", "--fresh", "--no-report").Expect(0);
        Assert.Equal(quiet.Output, shown.Output);
        string[] lines = shown.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Contains("rollouts", line, StringComparison.Ordinal));
        Assert.Contains("3/3 cells", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown.Errors); // no terminal, no bar
    }

    [Fact]
    public void A_certificate_with_many_values_has_a_Kolmogorov_Smirnov_p()
    {
        _workspace.Write("experiment.json", Three.Replace("\"iterations\": 5", "\"iterations\": 70", StringComparison.Ordinal));
        Answer answer = _workspace.Run("run", "experiment.json", "--out", "out", "--no-progress", "--no-report").Expect(0);
        Assert.Contains("certificate: passed; 210 step_z, largest", answer.Output, StringComparison.Ordinal);
        Assert.Contains("Kolmogorov-Smirnov p", answer.Output, StringComparison.Ordinal);
        JsonElement certificate = JsonDocument.Parse(File.ReadAllBytes(_workspace.PathOf("out", "manifest.json"))).RootElement.GetProperty("certificate");
        Assert.True(certificate.GetProperty("passed").GetBoolean());
        Assert.Equal(210, certificate.GetProperty("stepZCount").GetInt32());
        Assert.InRange(certificate.GetProperty("kolmogorovSmirnovP").GetDouble(), 1e-6, 1);
    }

    [Fact]
    public void Closed_forms_only_have_no_certificate_and_no_rollouts()
    {
        _workspace.Write("experiment.json", Three.Replace("\"replicates\": 100", "\"replicates\": 0", StringComparison.Ordinal));
        Answer answer = _workspace.Run("run", "experiment.json", "--out", "out", "--no-progress", "--no-report").Expect(0);
        Assert.Equal("", answer.Errors);
        Assert.DoesNotContain("certificate", answer.Output, StringComparison.Ordinal);
        Assert.Equal([0], new Results(_workspace.PathOf("out")).Rollouts);
    }

    [Fact]
    public void The_schema_is_the_one_in_the_repository()
    {
        Answer answer = _workspace.Run("schema").Expect(0);
        Assert.Equal("", answer.Errors);
        Assert.Equal(File.ReadAllText(Repository.PathOf("experiments/experiment.schema.json")), answer.Output);
        using var document = JsonDocument.Parse(answer.Output);
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
    }

    [Fact]
    public void Bench_gives_rates_of_every_kernel_and_the_digest()
    {
        Answer answer = _workspace.Run("bench", "--json").Expect(0);
        Assert.Equal("", answer.Errors);
        using var document = JsonDocument.Parse(answer.Output);
        JsonElement root = document.RootElement;
        Assert.Equal(["digest", "machine", "rates"], root.EnumerateObject().Select(member => member.Name));
        Assert.Matches("^[0-9a-f]{64}$", root.GetProperty("digest").GetString());
        JsonElement[] rates = [.. root.GetProperty("rates").EnumerateArray()];
        Assert.All(rates, rate =>
        {
            Assert.Equal(["kernel", "isa", "groupSize", "unit", "perSecond"], rate.EnumerateObject().Select(member => member.Name));
            Assert.Equal(rate.GetProperty("kernel").GetString() == "philox", rate.GetProperty("groupSize").ValueKind == JsonValueKind.Null);
            Assert.True(rate.GetProperty("perSecond").GetDouble() > 0);
            Assert.NotEqual("", rate.GetProperty("unit").GetString());
        });
        Assert.Equal(
            ["counts", "groups", "philox", "rollouts", "run"],
            rates.Select(rate => rate.GetProperty("kernel").GetString()).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal("scalar", rates[0].GetProperty("isa").GetString());
    }

    [Theory]
    [InlineData("--help", "run", "theory", "plan", "combine", "verify", "report", "show", "schema", "bench")]
    [InlineData("run --help", "--out", "--workers", "--set", "--fresh", "--no-progress", "--no-report", "--log-level", "--shard")]
    [InlineData("theory --help", "--p-ref", "--group-size", "--alpha", "--json")]
    [InlineData("plan --help", "--tolerance", "--budget", "--update", "--kl", "--steps", "--prompts-beta", "--prompts ", "--table", "--verify", "--json")]
    [InlineData("show --help", "--json", "--csv", "--head")]
    public void Help_names_commands_and_options(string line, params string[] saying)
    {
        Answer answer = _workspace.Run(line.Split(' ')).Expect(0);
        Assert.Equal("", answer.Errors);
        Assert.All(saying, part => Assert.Contains(part, answer.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void The_help_of_every_command_ends_with_examples_that_can_be_typed()
    {
        RootCommand commands = CommandLineApplication.Commands();
        Assert.All(commands.Subcommands, command =>
        {
            IReadOnlyList<string> examples = Assert.IsType<ToolCommand>(command).Examples;
            Assert.NotEmpty(examples);
            Assert.EndsWith(
                string.Concat(examples.Select(example => $"  {example}\n")), _workspace.Run(command.Name, "--help").Expect(0).Output, StringComparison.Ordinal);
            Assert.All(examples, example =>
            {
                string[] words = example.Split(" > ")[0].Split(' ');
                Assert.Equal("grpomc", words[0]);
                Assert.Empty(commands.Parse(words[1..]).Errors);
                Assert.Equal(command.Name, words[1]);
                Assert.All(words.Where(word => word.EndsWith(".json", StringComparison.Ordinal) && word.StartsWith("experiments/", StringComparison.Ordinal)),
                    file => Assert.True(File.Exists(Repository.PathOf(file)), file));
            });
        });
    }
}
