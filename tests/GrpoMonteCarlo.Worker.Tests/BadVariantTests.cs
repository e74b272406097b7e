using System.Text;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>
/// Variants that cannot be used, and combinations that make no sense: exit code 2, one line that says where and why, nothing written. And
/// those that are odd but legal.
/// </summary>
public sealed class BadVariantTests : IDisposable
{
    private const string One = "\"pRef\": 0.2, \"beta\": 1, \"groupSize\": 2, \"groups\": 4, ";
    private const string Many = "\"beta\": 1, \"groupSize\": 2, \"groups\": 4, "; // something else says p_ref, or nothing does

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    // A grid's members; the place in the grid and the reason that must be named.
    public static TheoryData<string, string, string> Wrong => new()
    {
        // Verifiers.
        { One + """ "verifier": 0.1 """, ".verifier", "must be an object" },
        { One + """ "verifier": { "falsePositives": 0.1 } """, ".verifier.falsePositives", "unknown member" },
        { One + """ "verifier": { "falsePositive": 1 } """, ".verifier.falsePositive", "must be at least 0 and below 1" },
        { One + """ "verifier": { "falseNegative": -0.1 } """, ".verifier.falseNegative", "must be at least 0 and below 1" },
        { One + """ "verifier": { "falsePositive": "a" } """, ".verifier.falsePositive", "must be a number" },
        { One + """ "verifier": { "falsePositive": 0.6, "falseNegative": 0.4 } """, ".verifier", "falsePositive and falseNegative must add up to less than 1" },
        { One + """ "verifier": [{ "falsePositive": 0.1 }, { "falsePositive": 0.1, "falseNegative": 0 }] """, ".verifier[1]", "stands in the list twice" },
        { One + """ "verifier": [] """, ".verifier", "must not be an empty list" },

        // Lag and stages.
        { One + """ "lag": -1 """, ".lag", "must be a whole number from 0 to 1000" },
        { One + """ "lag": 1001 """, ".lag", "must be a whole number from 0 to 1000" },
        { One + """ "lag": 0.5 """, ".lag", "must be a whole number from 0 to 1000" },
        { One + """ "lag": "1" """, ".lag", "must be a number" },
        { One + """ "lag": [0, 0] """, ".lag[1]", "0 stands in the list twice" },
        { One + """ "stageLength": -1 """, ".stageLength", "must be a whole number from 0 to 1048575" },
        { One + """ "stageLength": 1048576 """, ".stageLength", "must be a whole number from 0 to 1048575" },
        { One + """ "stageLength": null """, ".stageLength", "must be a number" },

        // Prompts.
        { One + """ "prompts": { "pRef": [0.1] } """, ".pRef", "a grid has \"pRef\" or \"prompts\", not both" },
        { One + """ "promptsPerUpdate": 1 """, ".promptsPerUpdate", "needs \"prompts\"" },
        { Many + """ "prompts": {} """, ".prompts", "needs \"count\" and \"beta\", or \"pRef\" alone" },
        { Many + """ "prompts": 3 """, ".prompts", "must be an object" },
        { Many + """ "prompts": { "count": 2 } """, ".prompts", "needs \"count\" and \"beta\", or \"pRef\" alone" },
        { Many + """ "prompts": { "count": 0, "beta": [1, 1] } """, ".prompts.count", "must be a whole number from 1 to 1048576" },
        { Many + """ "prompts": { "count": 1048577, "beta": [1, 1] } """, ".prompts.count", "must be a whole number from 1 to 1048576" },
        { Many + """ "prompts": { "count": 2, "beta": 1 } """, ".prompts.beta", "must be a list, [a, b]" },
        { Many + """ "prompts": { "count": 2, "beta": [1] } """, ".prompts.beta", "must be a list of two, [a, b]" },
        { Many + """ "prompts": { "count": 2, "beta": [1, 2, 3] } """, ".prompts.beta", "must be a list of two, [a, b]" },
        { Many + """ "prompts": { "count": 2, "beta": [0, 2] } """, ".prompts.beta[0]", "must lie between 1e-3 and 1e6" },
        { Many + """ "prompts": { "count": 2, "beta": [1e-4, 2] } """, ".prompts.beta[0]", "must lie between 1e-3 and 1e6" },
        { Many + """ "prompts": { "pRef": 0.1 } """, ".prompts.pRef", "must be a list, one p_ref a prompt" },
        { Many + """ "prompts": { "pRef": [] } """, ".prompts.pRef", "must not be an empty list" },
        { Many + """ "prompts": { "pRef": [0.1, 1] } """, ".prompts.pRef[1]", "must lie strictly between 0 and 1" },
        { Many + """ "prompts": { "pRef": [0.1], "count": 1 } """, ".prompts", "needs \"count\" and \"beta\", or \"pRef\" alone" },
        { Many + """ "prompts": { "mean": 1 } """, ".prompts.mean", "unknown member" },
        { Many + """ "prompts": { "pRef": [0.1, 0.2] }, "promptsPerUpdate": 3 """, ".promptsPerUpdate", "an update cannot take 3 of 2 prompts" },
        { Many + """ "prompts": { "pRef": [0.1, 0.2] }, "promptsPerUpdate": 0 """, ".promptsPerUpdate", "must be a whole number from 1 to 1048576" },
        { Many + """ "prompts": { "pRef": [0.1, 0.2] }, "promptsPerUpdate": 1.5 """, ".promptsPerUpdate", "must be a whole number from 1 to 1048576" },
        { Many + """ "prompts": [{ "pRef": [0.1, 0.2] }, { "pRef": [0.1, 0.2] }] """, "", "repeats a cell of $.grid" },
        { Many + """ "prompts": [{ "count": 2, "beta": [1, 1] }, { "count": 2, "beta": [1, 1] }] """, ".prompts[1]", "stands in the list twice" },
        { Many + """ "prompts": { "pRef": [0.1, 0.2] }, "arms": 4 """, ".prompts", "many prompts go with the update \"tied\" and without arms only" },
        { Many + """ "prompts": { "pRef": [0.1, 0.2] }, "update": "per-arm" """, ".prompts", "many prompts go with the update \"tied\" and without arms only" },
        { Many + """ "prompts": { "pRef": [0.1, 0.2] }, "update": { "kind": "gradient" } """, ".prompts", "many prompts go with the update \"tied\" and without arms only" },
        { Many + """ "prompts": { "pRef": [0.1, 0.2] }, "preset": "trl" """, ".prompts", "many prompts go with the update \"tied\" and without arms only" },
        { Many + """ "prompts": { "pRef": [0.1, 0.2] }, "arms": { "reference": [0.5, 0.5], "success": [0] } """, ".prompts", "many prompts go with the update \"tied\" and without arms only" },

        // Arms.
        { One + """ "arms": 1 """, ".arms", "must be a whole number from 2 to 4096" },
        { One + """ "arms": 4097 """, ".arms", "must be a whole number from 2 to 4096" },
        { One + """ "arms": 2.5 """, ".arms", "must be a whole number from 2 to 4096" },
        { One + """ "arms": "four" """, ".arms", "must be a number" },
        { One + """ "arms": null """, ".arms", "must be a number" },
        { One + """ "arms": [] """, ".arms", "must not be an empty list" },
        { One + """ "arms": [4, 4] """, ".arms[1]", "stands in the list twice" },
        { One + """ "arms": {} """, ".arms", "needs \"reference\"" },
        { One + """ "arms": { "number": 4 } """, ".arms.number", "unknown member" },
        { One + """ "arms": { "reference": "uniform" } """, ".arms", "needs \"count\"" },
        { One + """ "arms": { "count": 1, "reference": "uniform" } """, ".arms.count", "must be a whole number from 2 to 4096" },
        { One + """ "arms": { "count": 4, "reference": "normal" } """, ".arms.reference", "unknown reference \"normal\"" },
        { One + """ "arms": { "count": 4, "reference": 5 } """, ".arms.reference", "must be a string" },
        { One + """ "arms": { "count": 4, "reference": {} } """, ".arms.reference", "needs \"zipf\" or \"dirichlet\", and not both" },
        { One + """ "arms": { "count": 4, "reference": { "zipf": 1, "dirichlet": 1 } } """, ".arms.reference", "needs \"zipf\" or \"dirichlet\", and not both" },
        { One + """ "arms": { "count": 4, "reference": { "zipf": 0 } } """, ".arms.reference.zipf", "must be positive, up to 10" },
        { One + """ "arms": { "count": 4, "reference": { "zipf": 11 } } """, ".arms.reference.zipf", "must be positive, up to 10" },
        { One + """ "arms": { "count": 4, "reference": { "zipf": "1" } } """, ".arms.reference.zipf", "must be a number" },
        { One + """ "arms": { "count": 4, "reference": { "dirichlet": 0 } } """, ".arms.reference.dirichlet", "must lie between 1e-3 and 1e6" },
        { One + """ "arms": { "count": 4, "reference": { "dirichlet": 1e7 } } """, ".arms.reference.dirichlet", "must lie between 1e-3 and 1e6" },
        { One + """ "arms": { "count": 4, "reference": { "gauss": 1 } } """, ".arms.reference.gauss", "unknown member" },
        { One + """ "arms": { "reference": [0.5, 0.5, 0] } """, ".arms.reference[2]", "must lie strictly between 0 and 1" },
        { One + """ "arms": { "reference": [0.5, 0.6] } """, ".arms.reference", "must add up to 1, adds up to 1.1" },
        { One + """ "arms": { "reference": [] } """, ".arms.reference", "must not be an empty list" },
        { One + """ "arms": { "reference": [1] } """, ".arms.reference[0]", "must lie strictly between 0 and 1" },
        { One + """ "arms": { "reference": [0.9] } """, ".arms.reference", "must have from 2 to 4096 arms, has 1" },
        { One + """ "arms": { "reference": [0.5, "x"] } """, ".arms.reference[1]", "must be a number" },
        { One + """ "arms": { "reference": [0.5, 0.5], "count": 3 } """, ".arms.count", "is not the number of probabilities, 2" },
        { One + """ "arms": { "reference": [0.5, 0.5], "count": "2" } """, ".arms.count", "must be a number" },
        { One + """ "arms": { "count": 3, "reference": "uniform", "success": [] } """, ".arms.success", "must not be an empty list" },
        { One + """ "arms": { "count": 3, "reference": "uniform", "success": [0, 1, 2] } """, ".arms.success", "at least one arm has to fail" },
        { One + """ "arms": { "count": 3, "reference": "uniform", "success": [0, 0] } """, ".arms.success", "an arm stands in the list twice" },
        { One + """ "arms": { "count": 3, "reference": "uniform", "success": [3] } """, ".arms.success[0]", "must be a whole number from 0 to 2" },
        { One + """ "arms": { "count": 3, "reference": "uniform", "success": [-1] } """, ".arms.success[0]", "must be a whole number from 0 to 2" },
        { One + """ "arms": { "count": 3, "reference": "uniform", "success": 0 } """, ".arms.success", "must be a list of arms, by number from 0" },
        { One + """ "arms": { "count": 3, "reference": "uniform", "success": [0.5] } """, ".arms.success[0]", "must be a whole number from 0 to 2" },
        { One + """ "arms": { "reference": [0.5, 0.5], "success": [0] } """, ".pRef", "the arms say p_ref" },
        { One + """ "arms": [{ "reference": [0.5, 0.5], "success": [0] }, 4] """, ".arms", "arms that say p_ref, their probabilities and successes being given, need a" },
        { Many + """ "arms": [{ "reference": [0.5, 0.5], "success": [0] }, 4] """, ".arms", "arms that say p_ref, their probabilities and successes being given, need a" },
        { Many + """ "arms": 4 """, "", "needs \"pRef\"" },

        // Updates, and what does not go with them.
        { One + """ "update": "untied" """, ".update", "unknown update \"untied\"" },
        { One + """ "update": 3 """, ".update", "must be a string" },
        { One + """ "update": {} """, ".update", "needs \"kind\"" },
        { One + """ "update": { "kind": "per-arm" } """, ".update.kind", "must be \"gradient\"" },
        { One + """ "update": { "kind": 1 } """, ".update.kind", "must be a string" },
        { One + """ "update": { "kind": "gradient", "eta": 1 } """, ".update.eta", "unknown member" },
        { One + """ "update": { "kind": "gradient", "steps": 0 } """, ".update.steps", "must be a whole number from 1 to 2147483647" },
        { One + """ "update": { "kind": "gradient", "steps": -1 } """, ".update.steps", "must be a whole number from 1 to 2147483647" },
        { One + """ "update": { "kind": "gradient", "steps": 1.5 } """, ".update.steps", "must be a whole number from 1 to 2147483647" },
        { One + """ "update": { "kind": "gradient", "steps": "1" } """, ".update.steps", "must be a number" },
        { One + """ "update": { "kind": "gradient", "steps": 1e10 } """, ".update.steps", "must be a whole number from 1 to 2147483647" },
        { One + """ "update": { "kind": "gradient", "learningRate": 0 } """, ".update.learningRate", "must be positive, up to 1e12" },
        { One + """ "update": { "kind": "gradient", "learningRate": 1e13 } """, ".update.learningRate", "must be positive, up to 1e12" },
        { One + """ "update": { "kind": "gradient", "learningRate": null } """, ".update.learningRate", "must be a number" },
        { One + """ "update": { "kind": "gradient", "clip": -0.1 } """, ".update.clip", "must be 0 or positive, or null for no bound" },
        { One + """ "update": { "kind": "gradient", "clip": [0.2, -0.1] } """, ".update.clip[1]", "must be 0 or positive, or null for no bound" },
        { One + """ "update": { "kind": "gradient", "clip": [0.2] } """, ".update.clip", "must be a number, a list of two, [low, high], or null" },
        { One + """ "update": { "kind": "gradient", "clip": [] } """, ".update.clip", "must not be an empty list" },
        { One + """ "update": { "kind": "gradient", "clip": "0.2" } """, ".update.clip", "must be a number" },
        { One + """ "update": { "kind": "gradient", "clip": [0.2, "x"] } """, ".update.clip[1]", "must be a number" },
        { One + """ "update": { "kind": "gradient", "clip": 1e400 } """, ".update.clip", "must be a finite number" },
        { One + """ "update": { "kind": "gradient", "kl": "k4" } """, ".update.kl", "unknown KL estimator \"k4\"" },
        { One + """ "update": { "kind": "gradient", "kl": 2 } """, ".update.kl", "must be a string" },
        { One + """ "update": { "kind": "gradient", "degenerateKl": "dropped" } """, ".update.degenerateKl", "must be kept or masked" },
        { One + """ "update": { "kind": "gradient", "degenerateKl": true } """, ".update.degenerateKl", "must be a string" },
        { One + """ "update": { "kind": "gradient", "kl": "exact", "degenerateKl": "masked" } """, ".update", "the KL of degenerate groups can be masked where it is sampled in the loss," },
        { One + """ "update": { "kind": "gradient", "kl": "k1-in-reward", "degenerateKl": "masked" } """, ".update", "the KL of degenerate groups can be masked where it is sampled in the loss," },
        { One + """ "update": ["tied", "tied"] """, ".update[1]", "stands in the list twice" },
        { One + """ "update": [{ "kind": "gradient" }, { "kind": "gradient", "steps": 1 }] """, ".update[1]", "stands in the list twice" },
        { One + """ "update": { "kind": "per-arm", "kl": "k1-in-reward" } """, ".update.kind", "must be \"gradient\"" },
        { One + """ "update": { "kind": "gradient", "kl": "k1-in-reward" }, "advantage": "maxrl" """, ".advantage", "maxrl is defined for rewards of 0 and 1 only, not with k1 in the reward" },
        { One + """ "update": { "kind": "gradient", "kl": "k1-in-reward" }, "advantage": "grpo-batch-std" """, ".advantage", "grpo-batch-std is defined for rewards of 0 and 1 only, not with k1 in the" },
        { One + """ "update": { "kind": "gradient", "kl": "k1-in-reward" }, "advantage": { "scale": [0, 1, 0] } """, ".advantage", "a given scale is defined for rewards of 0 and 1 only, not with k1 in the" },
        { One + """ "update": { "kind": "gradient", "kl": "k1-in-reward" }, "estimator": "dynamic-sampling" """, ".estimator", "with k1 in the reward every group carries an advantage" },
        { One + """ "update": { "kind": "gradient", "kl": "k1-in-reward" }, "estimator": "drop-degenerate" """, ".estimator", "with k1 in the reward every group carries an advantage" },
        { One + """ "update": { "kind": "gradient" }, "anchor": "previous" """, ".anchor", "a gradient update starts from the previous policy and has its KL to the" },
        { One + """ "update": { "kind": "gradient" }, "anchor": { "mixed": 0.5 } """, ".anchor", "a gradient update starts from the previous policy and has its KL to the" },
        { One + """ "update": { "kind": "gradient" }, "estimator": "plug-in" """, ".estimator", "plug-in is of the exact update" },
        { One + """ "update": { "kind": "gradient" }, "estimator": "self-normalized" """, ".estimator", "self-normalized is of the exact update" },
        { One + """ "update": { "kind": "gradient" }, "advantage": "grpo-batch-std" """, ".advantage", "grpo-batch-std goes with the tied update only" },
        { One + """ "update": "per-arm", "estimator": "plug-in" """, ".estimator", "plug-in estimates one step for all arms" },
        { One + """ "update": "per-arm", "estimator": "self-normalized" """, ".estimator", "self-normalized estimates one step for all arms" },
        { One + """ "update": "per-arm", "advantage": "grpo-batch-std" """, ".advantage", "grpo-batch-std goes with the tied update only" },
        { One + """ "update": { "kind": "gradient", "kl": "k1-in-reward" }, "arms": 2049, "verifier": { "falsePositive": 0.1 } """, ".arms", "k1 in the reward with a noisy verifier takes up to 2,048 arms, not 2,049" },

        // Sizes, strengths and what presets leave open.
        { """ "pRef": 0.2, "beta": 0, "groupSize": 2, "groups": 4 """, ".beta", "must be positive with an exact update" },
        { """ "pRef": 0.2, "beta": [0, 1], "groupSize": 2, "groups": 4, "update": ["tied", { "kind": "gradient" }] """, ".beta", "must be positive with an exact update" },
        { """ "pRef": 0.2, "beta": 0, "groupSize": 2, "groups": 4, "update": "per-arm" """, ".beta", "must be positive with an exact update" },
        { """ "pRef": 0.2, "beta": -1, "groupSize": 2, "groups": 4, "update": { "kind": "gradient" } """, ".beta", "must be positive, from 1e-12 to 1e12" },
        { """ "pRef": 0.2, "beta": 1, "groups": 4, "preset": "verl" """, "", "needs \"groupSize\": the preset verl has none" },
        { """ "pRef": 0.2, "groupSize": 2, "groups": 4, "preset": "trl", "update": "tied" """, ".beta", "must be positive with an exact update" },
        { """ "pRef": 0.2, "beta": 1, "preset": "trl" """, "", "needs \"groups\"" },
        { """ "pRef": 0.2, "beta": 1, "groupSize": 4096, "groups": 1e12, "update": "per-arm" """, ".groups", "1,000,000,000,000 groups of 4096 are more rollouts in one update than arms" },
        { """ "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 2147483649, "update": { "kind": "gradient", "kl": "k1-in-reward" } """, ".groups", "2,147,483,649 groups of 16 are more rollouts in one update than arms are" },
        { """ "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 1e11, "verifier": { "falsePositive": 0.1 } """, ".groups", "a noisy verifier judges up to 1,099,511,627,776 rollouts in one update" },

        // Estimators.
        { One + """ "estimator": "plug-in", "epsilon": 0 """, ".epsilon", "must be positive with the plug-in estimator" },
        { One + """ "estimator": "plug-in", "epsilon": [1e-4, 0], "advantage": "grpo-sample-std" """, ".epsilon", "must be positive with the plug-in estimator" },
        { One + """ "estimator": "plug-in", "verifier": { "falsePositive": 0.1 } """, ".verifier", "the plug-in estimator divides by observed successes and has no meaning for" },
        { One + """ "estimator": "self-normalized", "verifier": { "falsePositive": 0.1 } """, ".verifier", "the self-normalized estimator divides by observed successes and has no" },
        { One + """ "estimator": "dynamic-sampling", "advantage": "grpo-batch-std" """, ".advantage", "grpo-batch-std divides by the standard deviation of the whole batch," },
        { One + """ "estimator": "plug-in", "advantage": "grpo-batch-std" """, ".advantage", "grpo-batch-std divides by the standard deviation of the whole batch," },
        { One + """ "estimator": ["importance", "importance"] """, ".estimator[1]", "stands in the list twice" },

        // Presets.
        { One + """ "preset": "hf" """, ".preset", "unknown preset \"hf\"" },
        { One + """ "preset": ["trl"] """, ".preset", "must be a string" },
        { One + """ "preset": 1 """, ".preset", "must be a string" },
        { One + """ "preset": "trl", "anchor": "previous" """, ".anchor", "a gradient update starts from the previous policy and has its KL to the" },
        { Many + """ "preset": "trl" """, "", "needs \"pRef\"" },
    };

    // The same, with a sampler.
    public static TheoryData<string, string, string, string> WrongForSampler => new()
    {
        { "counts", One + """ "update": { "kind": "gradient", "kl": "k1-in-reward" } """, ".update", "k1 in the reward needs the groups themselves" },
        { "groups", One + """ "update": { "kind": "gradient", "kl": "k1-in-reward" } """, ".update", "k1 in the reward needs the groups themselves" },
        { "counts", """ "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 1e11, "update": "per-arm" """, ".groups", "100,000,000,000 groups of 16 are more rollouts in one update than arms are" },
        { "groups", """ "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 1e11, "update": "per-arm" """, ".groups", "100,000,000,000 groups of 16 are more rollouts in one update than arms are" },
        { "rollouts", """ "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 2147483649, "update": "per-arm" """, ".groups", "2,147,483,649 groups of 16 are more rollouts in one update than arms are" },
        { "groups", """ "pRef": 0.2, "beta": 1, "groupSize": 16, "groups": 1e11, "estimator": "dynamic-sampling" """, ".groups", "dynamic sampling draws up to 68,719,476,736 groups at once with the groups" },
        { "rollouts", """ "pRef": 0.2, "beta": 1, "groupSize": 1024, "groups": 1e8, "estimator": "dynamic-sampling" """, ".groups", "dynamic sampling draws up to 68,719,476,736 rollouts at once with the" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_member_or_combination_is_refused_with_its_path_and_the_reason(string grid, string place, string reason) =>
        Refused(Experiment(grid), $"$.grid{place}: ", reason);

    [Theory]
    [MemberData(nameof(WrongForSampler))]
    public void What_a_sampler_cannot_draw_is_refused(string sampler, string grid, string place, string reason) =>
        Refused(Experiment(grid, sampler), $"$.grid{place}: ", reason);

    [Fact]
    public void Line_ends_in_names_do_not_make_two_lines()
    {
        Refused(Experiment(One + """ "advantage": "a\nb" """), "$.grid.advantage: ", "unknown advantage \"a\\u000ab\"");
        Refused(Experiment(One + """ "a\u0085b": 1 """), "$.grid.a\\u0085b: ", "unknown member");
    }

    [Fact]
    public void More_prompts_than_there_are_addresses_are_refused()
    {
        string given = string.Join(',', Enumerable.Repeat("0.5", (1 << 20) + 1));
        byte[] json = Encoding.UTF8.GetBytes(Experiment($"{Many} \"prompts\": {{ \"pRef\": [{given}] }}"));
        ExperimentException refused = Assert.Throws<ExperimentException>(() => ExperimentReader.Read(json));
        Assert.Equal("$.grid.prompts.pRef: must have at most 1048576 prompts, has 1048577", refused.Message);
    }

    [Theory]
    [InlineData("counts", """ "groupSize": 16, "groups": 68719476736, "update": "per-arm" """)]
    [InlineData("rollouts", """ "groupSize": 16, "groups": 2147483648, "update": "per-arm" """)]
    [InlineData("auto", """ "groupSize": 2, "groups": 4, "arms": 2048, "verifier": { "falseNegative": 0.1 }, "update": { "kind": "gradient", "kl": "k1-in-reward" } """)]
    [InlineData("counts", """ "groupSize": 16, "groups": 1e12, "arms": 64 """)]
    [InlineData("auto", """ "groupSize": 2, "groups": 4, "estimator": "plug-in", "epsilon": 0, "advantage": "maxrl" """)]
    public void What_is_just_allowed_can_be_planned(string sampler, string members) => Assert.Single(Plan.Of(ExperimentReader.Read(
        Encoding.UTF8.GetBytes(Experiment($"\"pRef\": 0.2, \"beta\": 1, {members}", sampler)))).Cells);

    [Fact]
    public void More_arms_than_an_update_has_rollouts_are_noisy_but_run()
    {
        Results results = _workspace.RunExperiment(Experiment(One + """ "arms": 4096, "update": "per-arm" """), "out");
        DatasetTable summary = results.Read("summary.parquet");
        Assert.Equal(3, summary.Rows);
        Assert.InRange(summary.Double("tv_finite", 2), 0.01, 1);
    }

    [Fact]
    public void Estimators_take_as_many_groups_as_there_can_be()
    {
        Results results = _workspace.RunExperiment(
            Experiment(""" "pRef": [0.2, 1e-9], "beta": 1, "groupSize": 16, "groups": 1e12, "estimator": ["self-normalized", "dynamic-sampling", "drop-degenerate", "plug-in"] """),
            "out");
        DatasetTable summary = results.Read("summary.parquet");
        DatasetTable cells = results.Read("cells.parquet");
        for (int cell = 0; cell < cells.Rows; cell++)
        {
            // So many groups are their mean; only pooled shares have no closed form.
            int row = (3 * cell) + 1;
            bool pooled = cells.Text("estimator", cell) == "self-normalized";
            Assert.Equal("counts", cells.Text("sampler", cell));
            Assert.Equal(pooled, summary.IsNull("p_finite", row));
            Assert.Equal(pooled, summary.IsNull("deviation_finite", row));
            Assert.Equal(pooled, cells.IsNull("fixed_points_finite", cell));
            Assert.InRange(summary.Double("p_mean", row), cells.Double("p_ref", cell), 1);
            if (!pooled)
            {
                Assert.Equal(Math.Min(128, summary.Double("logit_finite", row)), summary.Double("logit_mean", row), 1e-3); // clipped
            }
        }
    }

    private static string Experiment(string grid, string sampler = "auto") =>
        $$"""{ "name": "variant", "seed": 1, "iterations": 2, "replicates": 3, "sampler": "{{sampler}}", "grid": { {{grid}} } }""";

    private void Refused(string experiment, string place, string reason)
    {
        _workspace.Write("experiment.json", experiment);
        string[] before = _workspace.Snapshot();
        Refusal.Check(_workspace.Run("run", "experiment.json"), "experiment.json", place, reason);
        Assert.Equal(before, _workspace.Snapshot());
    }
}
