namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>A command line that cannot be used: exit code 2, one line that names the option and the reason, nothing written.</summary>
public sealed class BadCommandLineTests : IDisposable
{
    private const string Tiny = """
        { "name": "tiny", "seed": 1, "iterations": 1, "replicates": 2, "grid": { "pRef": 0.2, "beta": 1, "groupSize": 2, "groups": 4 } }
        """;

    private readonly Workspace _workspace = new();

    public BadCommandLineTests() => _workspace.Write("tiny.json", Tiny);

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("", "command", "grpomc --help")]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("--frobnicate", "--frobnicate")]
    [InlineData("run", "run")]
    [InlineData("run tiny.json other.json", "other.json")]
    [InlineData("run tiny.json --frobnicate", "--frobnicate")]
    [InlineData("run tiny.json --workers", "--workers")]
    [InlineData("run tiny.json --workers 0", "--workers", "from 1")]
    [InlineData("run tiny.json --workers -1", "--workers", "from 1")]
    [InlineData("run tiny.json --workers 100000", "--workers", "from 1")]
    [InlineData("run tiny.json --workers x", "--workers", "x")]
    [InlineData("run tiny.json --workers 1.5", "--workers", "1.5")]
    [InlineData("run tiny.json --workers 2 --workers 3", "--workers")]
    [InlineData("run tiny.json --out", "--out")]
    [InlineData("run tiny.json --fresh 7", "7")]
    [InlineData("run tiny.json --shard", "--shard")]
    [InlineData("run tiny.json --shard 0/2", "--shard", "0/2")]
    [InlineData("run tiny.json --shard 2", "--shard", "I/N")]
    [InlineData("combine", "combine")]
    [InlineData("combine out", "combine")]
    [InlineData("combine out nowhere", "nowhere", "no such folder")]
    [InlineData("verify", "verify")]
    [InlineData("verify nowhere", "nowhere", "no such folder")]
    [InlineData("theory --p-ref 0 --beta 1", "--p-ref", "strictly between 0 and 1")]
    [InlineData("theory --p-ref 1 --beta 1", "--p-ref", "strictly between 0 and 1")]
    [InlineData("theory --p-ref NaN --beta 1", "--p-ref", "strictly between 0 and 1")]
    [InlineData("theory --p-ref x --beta 1", "--p-ref", "x")]
    [InlineData("theory --p-ref 0.2 --beta 1,5", "--beta", "1,5")]
    [InlineData("theory --beta 1", "--p-ref")]
    [InlineData("theory --p-ref 0.2", "--beta")]
    [InlineData("theory --p-ref 0.2 --beta 0", "--beta", "must be positive")]
    [InlineData("theory --p-ref 0.2 --beta -1", "--beta", "must be positive")]
    [InlineData("theory --p-ref 0.2 --beta 1e400", "--beta", "must be positive")]
    [InlineData("theory --p-ref 0.2 --beta NaN", "--beta", "must be positive")]
    [InlineData("theory --p-ref 0.2 --beta 1 --epsilon -1e-9", "--epsilon", "must be 0 or positive")]
    [InlineData("theory --p-ref 0.2 --beta 1 --start 0", "--start", "strictly between 0 and 1")]
    [InlineData("theory --p-ref 0.2 --beta 1 --start x", "--start", "x")]
    [InlineData("theory --p-ref 0.2 --beta 1 --iterations -1", "--iterations", "from 0")]
    [InlineData("theory --p-ref 0.2 --beta 1 --iterations x", "--iterations", "x")]
    [InlineData("theory --p-ref 0.2 --beta 1 --group-size 1", "--group-size", "from 2 to 4096")]
    [InlineData("theory --p-ref 0.2 --beta 1 --group-size 5000", "--group-size", "from 2 to 4096")]
    [InlineData("theory --p-ref 0.2 --beta 1 --group-size 2.5", "--group-size", "2.5")]
    [InlineData("theory --p-ref 0.2 --beta 1 --anchor middle", "--anchor", "middle", "mixed")]
    [InlineData("theory --p-ref 0.2 --beta 1 --anchor mixed", "--anchor mixed", "--alpha")]
    [InlineData("theory --p-ref 0.2 --beta 1 --alpha 0.5", "--alpha", "--anchor mixed")]
    [InlineData("theory --p-ref 0.2 --beta 1 --anchor previous --alpha 0.5", "--alpha", "--anchor mixed")]
    [InlineData("theory --p-ref 0.2 --beta 1 --anchor mixed --alpha 1", "--alpha", "strictly between 0 and 1")]
    [InlineData("theory --p-ref 0.2 --beta 1 --advantage ppo", "--advantage", "unknown advantage \"ppo\"")]
    [InlineData("theory --p-ref 0.2 --beta 1 --advantage {\"scale\":[0,1,0]}", "--advantage", "--group-size")]
    [InlineData("theory --p-ref 0.2 --beta 1 --group-size 3 --advantage {\"scale\":[0,1,0]}", "--advantage", "a group of 3 needs 4")]
    [InlineData("theory --p-ref 0.2 --beta 1 --group-size 2 --advantage {\"scale\":[0,1,0}", "--advantage", "not valid JSON")]
    [InlineData("theory --p-ref 0 --beta 0", "--p-ref")]
    [InlineData("plan --p-ref 0.3 --beta 2", "--tolerance", "--budget")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --budget 64", "--tolerance", "--budget")]
    [InlineData("plan --beta 2 --tolerance 0.01", "--p-ref", "--table")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --table", "--table", "--p-ref")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --csv", "--csv", "--table")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0", "--tolerance", "strictly between 0 and 1")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.5", "--tolerance", "the whole way")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 1e-5", "--tolerance", "it would take about")]
    [InlineData("plan --p-ref 0.3 --beta 2 --budget 1", "--budget", "from 2")]
    [InlineData("plan --p-ref 0.01 --beta 1 --budget 64", "--budget", "formulas hold up to")]
    [InlineData("plan --p-ref 0.3 --beta 0 --tolerance 0.01", "--beta", "no KL")]
    [InlineData("plan --beta 0 --tolerance 0.01 --table", "--beta", "no KL")]
    [InlineData("plan --p-ref 0.001 --beta 5 --epsilon 1e-5 --tolerance 0.001", "--beta", "cycle of period 2")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --anchor previous", "--anchor", "rise to 1")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --advantage {\"scale\":[0,1,0]}", "--advantage", "no population form")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --kl k2", "--kl", "--update gradient")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --update adam", "--update", "adam", "gradient")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --update gradient --kl k4", "--kl", "k4", "k3-corrected")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --update gradient --kl k1", "--kl", "does not regularise")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --update gradient --learning-rate 100", "--learning-rate", "overshoot")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --steps 4", "--steps", "--update gradient")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --update gradient --steps 0", "--steps", "from 1")]
    [InlineData("plan --p-ref 0.3 --beta 2 --tolerance 0.01 --update gradient --steps 40 --learning-rate 3 --kl k2", "--learning-rate", "overshoot")]
    [InlineData("plan --prompts-beta 2,5 --beta 2 --tolerance 0.01", "--prompts-beta", "--prompts")]
    [InlineData("plan --prompts 8 --beta 2 --tolerance 0.01", "--prompts", "--prompts-beta")]
    [InlineData("plan --prompts 1 --prompts-beta 2,5 --beta 2 --tolerance 0.01", "--prompts", "from 2")]
    [InlineData("plan --prompts 8 --prompts-beta 2 --beta 2 --tolerance 0.01", "--prompts-beta", "two numbers")]
    [InlineData("plan --prompts 8 --prompts-beta 2,0 --beta 2 --tolerance 0.01", "--prompts-beta", "between 1e-3 and 1e6")]
    [InlineData("plan --prompts 8 --prompts-beta 2,five --beta 2 --tolerance 0.01", "--prompts-beta", "two numbers")]
    [InlineData("plan --p-ref 0.3 --prompts 8 --prompts-beta 2,5 --beta 2 --tolerance 0.01", "--p-ref", "--prompts-beta")]
    [InlineData("plan --prompts 8 --prompts-beta 2,5 --beta 2 --tolerance 0.01 --table", "--table", "--prompts-beta")]
    [InlineData("plan --prompts 8 --prompts-beta 2,5 --beta 5 --tolerance 0.01 --update gradient", "--prompts", "exact update only")]
    [InlineData("plan --prompts 300 --prompts-beta 0.42,1.58 --beta 2 --tolerance 0.01", "--beta", "at p_ref", "cycle of period 2")]
    [InlineData("report", "report")]
    [InlineData("report nowhere", "nowhere", "no such folder")]
    [InlineData("report . other", "other")]
    [InlineData("show", "show")]
    [InlineData("show nowhere.parquet", "nowhere.parquet", "no such file")]
    [InlineData("show .", ".", "is a folder")]
    [InlineData("show tiny.json", "tiny.json", "Parquet")]
    [InlineData("show tiny.json --json --csv", "--json", "--csv")]
    [InlineData("show tiny.json --head -1", "--head", "0")]
    [InlineData("show tiny.json --head x", "--head", "x")]
    [InlineData("schema tiny.json", "tiny.json")]
    public void It_is_refused_with_the_option_and_the_reason(string line, params string[] saying) =>
        Refused(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), saying);

    [Fact]
    public void An_empty_name_of_an_output_folder_is_refused() => Refused(["run", "tiny.json", "--out", ""], ["--out"]);

    [Theory]
    [InlineData("avx1024")]
    [InlineData("none")]
    public void An_unknown_instruction_set_is_refused(string name)
    {
        string[] before = _workspace.Snapshot();
        Refusal.Check(Grpomc.Run(_workspace.Folder, ["run", "tiny.json"], ("GRPOMC_ISA", name)), "GRPOMC_ISA", name, "scalar");
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void A_Parquet_file_that_is_cut_off_is_refused()
    {
        byte[] whole = File.ReadAllBytes(_workspace.RunExperiment(Tiny, "out").PathOf("summary.parquet"));
        foreach (int length in new[] { 0, 3, 11, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(_workspace.PathOf("cut.parquet"), whole[..length]);
            foreach (string format in new[] { "--head=5", "--csv", "--json" })
            {
                Refused(["show", "cut.parquet", format], ["cut.parquet"]);
            }
        }
    }

    [Theory]
    [InlineData("--head=5")]
    [InlineData("--csv")]
    [InlineData("--json")]
    public void A_Parquet_file_with_a_damaged_page_is_refused(string format)
    {
        byte[] bytes = File.ReadAllBytes(_workspace.RunExperiment(Tiny, "out").PathOf("summary.parquet"));
        bytes.AsSpan(4, 40).Fill(0xFF);
        File.WriteAllBytes(_workspace.PathOf("damaged.parquet"), bytes);
        Answer answer = _workspace.Run("show", "damaged.parquet", format);
        Refusal.Check(answer with { Output = "" }, "damaged.parquet"); // what was found before the damage may have been printed
    }

    private void Refused(string[] arguments, string[] saying)
    {
        string[] before = _workspace.Snapshot();
        Refusal.Check(_workspace.Run(arguments), saying);
        Assert.Equal(before, _workspace.Snapshot());
    }
}
