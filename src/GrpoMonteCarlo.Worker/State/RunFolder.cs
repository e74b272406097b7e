using System.Text.Json;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.State;

/// <summary>
/// A folder of results. It belongs to one name, seed and stream version, which state/run.json says from the first moment and
/// manifest.json once the run is done. Finished ranges are in state/CELL_ID/FIRST-LAST.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    public const string Manifest = "manifest.json";
    public const string Summary = "summary.parquet";
    public const string Cells = "cells.parquet";
    public const string PassAtK = "pass_at_k.parquet";
    public const string Trajectories = "trajectories.parquet";
    public const string Differences = "differences.parquet";
    public const string Passages = "passages.parquet";
    public const string Basins = "basins.parquet";
    public const string PassageTimes = "passage_times.parquet";

    // All that a run writes into its folder beside its ranges and its report.
    private static readonly string[] Files = [Manifest, Summary, Cells, PassAtK, Differences, Trajectories, Passages, Basins, PassageTimes];

    private const string Identity = "run.json";
    private const string WholeRun = "1/1";
    private const string Lock = "lock";

    private readonly FolderLock _lock;

    private RunFolder(string path, RangeStore ranges, FolderLock held)
    {
        Path = path;
        Ranges = ranges;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>The finished ranges. One that is damaged is deleted with a warning: its replicates are computed again.</summary>
    public RangeStore Ranges { get; }

    /// <summary>Opens a folder for an experiment, or prepares a new one.</summary>
    /// <param name="path">The folder; it need not exist.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="shard">The part of it that the folder is for.</param>
    /// <param name="fresh">Whether to delete an earlier run that is there; null for a command that does not, and that has no --out either.</param>
    /// <param name="warn">Takes a line where something unexpected was found and got over.</param>
    /// <exception cref="BadInputException">The folder holds another run, or something that is no run.</exception>
    public static RunFolder Open(string path, Plan plan, Shard shard, bool? fresh, Action<string> warn)
    {
        if (File.Exists(path))
        {
            throw new BadInputException($"{path}: is a file; the results need a folder");
        }

        Owner owner = new(plan.Experiment.Name, plan.Experiment.Seed, Plan.StreamVersion, shard.ToString());
        CheckOwner(path, owner, fresh);
        FolderLock held = Hold(path, warn);
        var ranges = new RangeStore(
            path,
            plan,
            (file, reason) =>
            {
                warn($"{file}: {reason}; its replicates are computed again");
                File.Delete(file);
            },
            held);
        var folder = new RunFolder(path, ranges, held);
        try
        {
            CheckOwner(path, owner, fresh); // again: another process may have begun a run and left
            folder.Begin(owner, fresh);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Why something could not be done in the folder, in one line.</summary>
    public string Explain(Exception fault) => _lock.FileExists ? fault.Message : RangeStore.Removed(Path).Message;

    /// <summary>Lets other processes have the folder.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>The path of one of the folder's files.</summary>
    public string FileAt(string name) => System.IO.Path.Combine(Path, name);

    private static FolderLock Hold(string path, Action<string> warn)
    {
        string state = System.IO.Path.Combine(path, RangeStore.StateFolder);
        try
        {
            AtomicFile.CreateFolder(state);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException || (fault is IOException && !SystemError.IsFull(fault)))
        {
            throw new BadInputException($"{path}: cannot be made a folder of results: {fault.Message}");
        }

        return FolderLock.Take(path, System.IO.Path.Combine(state, Lock), warn);
    }

    // Whose results a folder holds.
    private sealed record Owner(string? Name, long? Seed, int? StreamVersion, string Shard)
    {
        public override string ToString() =>
            $"\"{Name}\", seed {Seed}, stream version {StreamVersion}{(Shard == WholeRun ? "" : $", shard {Shard}")}";
    }

    private static void CheckOwner(string path, Owner owner, bool? fresh)
    {
        string elsewhere = fresh is null ? "choose another folder" : "choose another folder with --out";
        string manifest = System.IO.Path.Combine(path, Manifest);
        string state = System.IO.Path.Combine(path, RangeStore.StateFolder);
        string identity = System.IO.Path.Combine(state, Identity);

        // A process that was killed at its very first moment leaves a state folder without an identity, and without any cell.
        bool untouched = !Directory.Exists(path)
            || Directory.EnumerateFileSystemEntries(path).All(entry => entry == state && !Directory.EnumerateDirectories(state).Any());
        if (untouched && !File.Exists(identity))
        {
            return;
        }

        string file = File.Exists(identity) ? identity : manifest;
        if (!File.Exists(file))
        {
            throw new BadInputException($"{path}: is not empty and holds no run of this program; {elsewhere}");
        }

        if (fresh != true && ReadOwner(file, elsewhere) is var other && other != owner)
        {
            string replace = fresh is null ? "" : ", or replace it with --fresh";
            throw new BadInputException($"{path}: holds a run of {other}; this is {owner}; {elsewhere}{replace}");
        }
    }

    private static Owner ReadOwner(string file, string elsewhere)
    {
        try
        {
            return InputFile.FromJson(InputFile.ReadSmall(file, InputFile.ManifestMegabytes), root =>
            {
                JsonNode experiment = root["experiment"] ?? root; // the manifest has them inside the experiment
                return new Owner(
                    (string?)experiment["name"], (long?)experiment["seed"], (int?)root["streamVersion"], (string?)root["shard"] ?? WholeRun);
            });
        }
        catch (InvalidDataException)
        {
            throw new BadInputException($"{file}: cannot be read, so whose run this is cannot be told; delete it or {elsewhere}");
        }
    }

    private void Begin(Owner owner, bool? fresh)
    {
        if (fresh == true)
        {
            DeleteRun();
        }

        AtomicFile.DeleteLeftovers(Path);
        JsonObject identity = new()
        {
            ["name"] = owner.Name,
            ["seed"] = owner.Seed,
            ["streamVersion"] = owner.StreamVersion,
            ["shard"] = owner.Shard,
        };
        AtomicFile.Write(System.IO.Path.Combine(Path, RangeStore.StateFolder, Identity), stream => JsonSerializer.Serialize(stream, identity));
    }

    private void DeleteRun()
    {
        foreach (string cell in Directory.EnumerateDirectories(System.IO.Path.Combine(Path, RangeStore.StateFolder)))
        {
            Directory.Delete(cell, recursive: true);
        }

        foreach (string name in Files)
        {
            File.Delete(FileAt(name));
        }
    }
}
