using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>A run's folder with datasets of a test's own making: the columns that a report reads, null unless they are said.</summary>
internal sealed class HandmadeRun
{
    private static readonly string[] Texts = ["advantage", "anchor", "estimator", "sampler", "reference", "update", "kl", "degenerate_kl"];

    private static readonly string[] Parameters =
    [
        "p_ref", "p_start", "beta", "epsilon", "group_size", "groups", "advantage", "anchor", "alpha", "estimator", "sampler", "false_positive",
        "false_negative", "lag", "stage_length", "prompts", "prompts_per_update", "arms", "reference", "update", "steps", "learning_rate", "clip_low",
        "clip_high", "kl", "degenerate_kl",
    ];

    private static readonly string[] Summary =
    [
        "replicates", "p_mean", "p_sd", "p_se", "p_q05", "p_q95", "one_minus_p_mean", "p_theory", "p_finite", "logit_theory", "logit_finite",
        "logit_sd_theory", "p_sd_theory", "p_mean_second_order", "one_minus_p_mean_second_order",
        "deviation_theory", "deviation_finite", "step_z", "degenerate_fraction", "saturated_fraction", "rollouts", "p_observed_mean",
    ];

    public int Cells { get; init; } = 1;

    public int Iterations { get; init; } = 1;

    /// <summary>Parameters and limits: a number, a text or null by column and cell.</summary>
    public Func<string, int, object?> OfCell { get; init; } = (_, _) => null;

    /// <summary>A number or null by column, cell and iteration.</summary>
    public Func<string, int, int, double?> OfIteration { get; init; } = (_, _, _) => null;

    public string Description { get; init; } = "Made by hand?";

    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        string[] limits = ["limit_theory", "limit_finite", "derivative_theory", "beta_bound", "beta_bound_finite", "rollouts"];
        WriteFile(
            Path.Combine(folder, "cells.parquet"),
            ["cell", .. Parameters, .. limits],
            Cells,
            (name, row) => name == "cell" ? (double)row : OfCell(name, row));
        WriteFile(Path.Combine(folder, "summary.parquet"), ["cell", "iteration", .. Summary], Cells * (Iterations + 1), (name, row) =>
        {
            (int cell, int iteration) = (row / (Iterations + 1), row % (Iterations + 1));
            return name switch { "cell" => (double)cell, "iteration" => (double)iteration, _ => OfIteration(name, cell, iteration) };
        });
        WriteManifest(folder);
    }

    /// <summary>A manifest of the two files as they are.</summary>
    public void WriteManifest(string folder)
    {
        var manifest = new JsonObject
        {
            ["tool"] = new JsonObject { ["name"] = "grpomc", ["version"] = "0", ["commit"] = null },
            ["experimentHash"] = "00",
            ["experiment"] = new JsonObject { ["name"] = "handmade", ["description"] = Description },
            ["certificate"] = new JsonObject { ["passed"] = true, ["stepZCount"] = 0, ["largestStepZ"] = null, ["kolmogorovSmirnovP"] = null },
            ["files"] = new JsonArray([.. new[] { "summary.parquet", "cells.parquet" }.Select(name => new JsonObject
            {
                ["name"] = name,
                ["rows"] = name == "cells.parquet" ? Cells : Cells * (Iterations + 1),
                ["bytes"] = new FileInfo(Path.Combine(folder, name)).Length,
                ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name)))),
            })]),
            ["runs"] = new JsonArray(),
        };
        File.WriteAllText(Path.Combine(folder, "manifest.json"), manifest.ToJsonString());
    }

    private static void WriteFile(string path, string[] names, int rows, Func<string, int, object?> value)
    {
        ParquetType TypeOf(string name) => Texts.Contains(name) ? ParquetType.String : ParquetType.Double;
        ParquetColumn[] columns = [.. names.Select(name => new ParquetColumn(name, TypeOf(name), true))];
        using var writer = new ParquetWriter(File.Create(path), columns, [], "handmade");
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < names.Length; i++)
            {
                if (columns[i].Type == ParquetType.String)
                {
                    writer.Column(i).Append((string?)value(names[i], row));
                }
                else
                {
                    writer.Column(i).Append((double?)value(names[i], row));
                }
            }

            writer.EndRow();
        }

        writer.Finish();
    }
}
