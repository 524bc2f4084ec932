/* clang-format off */
/* Every option, once. A row gives the struct member, default, range check, documentation, JSON Schema and the
 * command-line override `--section.name=value`; nothing about an option is written anywhere else.
 *
 * ROW(type, member, path, default, min, max, unit, flags, choices, text)
 *   type     BOOL | INT | REAL | TEXT | CHOICE | LIST (of texts)
 *   member   the path with dots as underscores: `config->monitor_frame_interval_seconds`
 *   default  a literal of the type; for CHOICE the index into `choices`; for LIST always NULL (empty)
 *   min,max  inclusive range of INT and REAL; of TEXT the shortest and longest length in bytes; of LIST the most entries
 *   unit     for people: "s", "px", "%", …
 *   flags    0 or some of enum option_flag (options.h): SECRET, FOLDER, FILE_PATH, …
 *   choices  "A|B|C" for CHOICE (read in any case); the environment variable that wins for SECRET; else NULL
 *
 * The options of a section stand together. The names of docs/configuration.md are a promise to people who bring their
 * config.yaml: never rename one.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

enum { CONFIG_SCHEMA = 1 }; /* version of the layout of config.yaml */

#define CONFIG_OPTIONS(ROW)                                                                                                    \
    ROW(INT, schema, "schema", CONFIG_SCHEMA, 1, CONFIG_SCHEMA, "", 0, NULL, "version of this file's layout")                  \
    ROW(INT, camera_index, "camera.index", 0, 0, 63, "", 0, NULL, "number of the camera; 0 = the first one")                   \
    ROW(CHOICE, camera_backend, "camera.backend", 2, 0, 0, "", IGNORED_ON_LINUX, "DSHOW|MSMF|DEFAULT",                         \
        "capture interface on Windows")                                                                                        \
    ROW(INT, camera_width, "camera.width", 1280, 16, 8192, "px", 0, NULL, "wanted picture width")                              \
    ROW(INT, camera_height, "camera.height", 720, 16, 8192, "px", 0, NULL, "wanted picture height")                            \
    ROW(REAL, camera_fps, "camera.fps", 30.0, 0.1, 240.0, "frames/s", 0, NULL, "wanted frame rate")                            \
    ROW(TEXT, camera_source, "camera.source", "", 0, 1023, "", MAY_HOLD_PASSWORD, NULL,                                        \
        "instead of camera.index: a device, video file, folder of images or sim:SCENARIO; empty = camera.index")               \
    ROW(BOOL, roi_enabled, "roi.enabled", false, 0, 0, "", 0, NULL, "look only at the region of interest")                     \
    ROW(CHOICE, roi_units, "roi.units", 0, 0, 0, "", 0, "relative|pixels", "unit of the four numbers below")                   \
    ROW(REAL, roi_x, "roi.x", 0.0, 0.0, 16384.0, "", 0, NULL, "left edge")                                                     \
    ROW(REAL, roi_y, "roi.y", 0.0, 0.0, 16384.0, "", 0, NULL, "top edge")                                                      \
    ROW(REAL, roi_width, "roi.width", 1.0, 0.0, 16384.0, "", 0, NULL, "width")                                                 \
    ROW(REAL, roi_height, "roi.height", 1.0, 0.0, 16384.0, "", 0, NULL, "height")                                              \
    ROW(INT, image_width, "image.width", 256, 32, 1024, "px", 0, NULL, "width the network sees, a multiple of 16")             \
    ROW(INT, image_height, "image.height", 256, 32, 1024, "px", 0, NULL, "height the network sees, a multiple of 16")          \
    ROW(TEXT, paths_data_normal_dir, "paths.data_normal_dir", "data/normal", 1, 767, "", FOLDER, NULL, "normal pictures")      \
    ROW(TEXT, paths_data_anomalies_dir, "paths.data_anomalies_dir", "data/anomalies", 1, 767, "", FOLDER, NULL,                \
        "evidence of alarms")                                                                                                  \
    ROW(TEXT, paths_model_dir, "paths.model_dir", "model", 1, 767, "", FOLDER, NULL, "the trained model")                      \
    ROW(TEXT, paths_logs_dir, "paths.logs_dir", "logs", 1, 767, "", FOLDER, NULL, "records")                                   \
    ROW(TEXT, paths_state_mode_file, "paths.state_mode_file", "state/mode.txt", 1, 767, "", FILE_PATH, NULL,                   \
        "the file that says CAPTURE, MONITOR or OFF")                                                                          \
    ROW(REAL, capture_interval_seconds, "capture.interval_seconds", 1.5, 0.0, 86400.0, "s", 0, NULL,                           \
        "time between two normal pictures; 0 = every frame")                                                                   \
    ROW(INT, capture_jpg_quality, "capture.jpg_quality", 95, 1, 100, "", 0, NULL, "JPEG quality of normal pictures")           \
    ROW(INT, training_batch_size, "training.batch_size", 16, 1, 256, "", 0, NULL, "pictures per training step")                \
    ROW(INT, training_epochs, "training.epochs", 30, 1, 10000, "", 0, NULL, "most passes over the pictures")                   \
    ROW(REAL, training_learning_rate, "training.learning_rate", 0.001, 1e-8, 1.0, "", 0, NULL, "step size of Adam")            \
    ROW(REAL, training_validation_split, "training.validation_split", 0.2, 0.01, 0.9, "", 0, NULL,                             \
        "share of the pictures kept for validation and the threshold")                                                         \
    ROW(INT, training_seed, "training.seed", 42, 0, 2147483647, "", 0, NULL, "seed of split, weights and augmentation")        \
    ROW(BOOL, training_augment_enabled, "training.augment.enabled", true, 0, 0, "", 0, NULL, "vary the training pictures")     \
    ROW(REAL, training_augment_rotation, "training.augment.rotation", 0.02, 0.0, 0.5, "turns", 0, NULL,                        \
        "largest rotation, as a fraction of a full turn")                                                                      \
    ROW(REAL, training_augment_translation, "training.augment.translation", 0.02, 0.0, 0.5, "", 0, NULL,                       \
        "largest shift, as a fraction of the side")                                                                            \
    ROW(REAL, training_augment_contrast, "training.augment.contrast", 0.10, 0.0, 0.9, "", 0, NULL, "largest change of contrast") \
    ROW(REAL, training_augment_brightness, "training.augment.brightness", 0.10, 0.0, 0.9, "", 0, NULL,                         \
        "largest change of brightness, of full scale")                                                                         \
    ROW(INT, training_threads, "training.threads", 0, 0, 256, "", 0, NULL,                                                     \
        "threads for training; 0 = one per processor; recorded, because weights differ between thread counts")                 \
    ROW(REAL, threshold_percentile, "threshold.percentile", 99.5, 50.0, 100.0, "%", 0, NULL,                                   \
        "percentile of the validation scores that becomes the threshold")                                                      \
    ROW(CHOICE, scoring_method, "scoring.method", 0, 0, 0, "", 0, "mean|topk", "mean of the error map, or of its top k pixels") \
    ROW(REAL, scoring_topk_percent, "scoring.topk_percent", 1.0, 0.001, 100.0, "%", 0, NULL, "k as a share of the pixels")     \
    ROW(INT, scoring_topk_min_pixels, "scoring.topk_min_pixels", 100, 1, 1048576, "px", 0, NULL, "k is at least this")         \
    ROW(BOOL, heatmap_trigger_enabled, "heatmap_trigger.enabled", true, 0, 0, "", 0, NULL, "also alarm on one large blob")     \
    ROW(REAL, heatmap_trigger_pixel_error_percentile, "heatmap_trigger.pixel_error_percentile", 99.9, 50.0, 100.0, "%", 0,     \
        NULL, "percentile of all validation pixels above which a pixel is abnormal")                                           \
    ROW(REAL, heatmap_trigger_blob_area_percentile, "heatmap_trigger.blob_area_percentile", 99.5, 50.0, 100.0, "%", 0, NULL,   \
        "percentile of the largest normal blobs")                                                                              \
    ROW(CHOICE, heatmap_trigger_connectivity, "heatmap_trigger.connectivity", 1, 0, 0, "", 0, "4|8",                           \
        "do diagonal neighbours touch (8) or not (4)")                                                                         \
    ROW(INT, heatmap_trigger_min_blob_area, "heatmap_trigger.min_blob_area", 16, 1, 1048576, "px", 0, NULL,                    \
        "a smaller blob never triggers; pixels of the network's picture")                                                      \
    ROW(CHOICE, detector_kind, "detector.kind", 0, 0, 0, "", 0, "reference|scene",                                             \
        "the method that decides; train again after changing it: each method keeps a model of its own")                        \
    ROW(REAL, detector_false_alarms_per_month, "detector.false_alarms_per_month", 1.0, 0.01, 1000.0, "", 0, NULL,              \
        "how many false alarms the thresholds of the scene detector are set for; counts when it is trained")                   \
    ROW(REAL, monitor_frame_interval_seconds, "monitor.frame_interval_seconds", 1.0, 0.0, 3600.0, "s", 0, NULL,                \
        "time between two frames that are scored; 0 = every frame")                                                            \
    ROW(INT, monitor_consecutive_anomalies, "monitor.consecutive_anomalies", 3, 1, 1000, "frames", 0, NULL,                    \
        "anomalous frames in a row that open an alarm, and normal frames in a row that close it")                              \
    ROW(REAL, monitor_alert_cooldown_seconds, "monitor.alert_cooldown_seconds", 300.0, 0.0, 604800.0, "s", 0, NULL,            \
        "least time between two messages about alarms; limits messages only, never records or evidence")                       \
    ROW(REAL, monitor_heartbeat_seconds, "monitor.heartbeat_seconds", 60.0, 1.0, 86400.0, "s", 0, NULL,                        \
        "time between two heartbeat records")                                                                                  \
    ROW(REAL, monitor_camera_down_seconds, "monitor.camera_down_seconds", 30.0, 1.0, 86400.0, "s", 0, NULL,                    \
        "without a frame for this long the camera counts as down")                                                             \
    ROW(BOOL, monitor_save_reconstruction_enabled, "monitor.save_reconstruction.enabled", true, 0, 0, "", SECTION_SWITCH, NULL, \
        "save the network's reconstruction with an alarm (`save_reconstruction: true` is read too)")                           \
    ROW(BOOL, monitor_save_reconstruction_heatmap, "monitor.save_reconstruction.heatmap", true, 0, 0, "", 0, NULL,             \
        "save the error heat map with it")                                                                                     \
    ROW(BOOL, monitor_save_error_heatmap, "monitor.save_error_heatmap", true, 0, 0, "", 0, NULL, "save the error heat map")    \
    ROW(BOOL, monitor_save_input_resized, "monitor.save_input_resized", true, 0, 0, "", 0, NULL,                               \
        "save the picture as the network saw it")                                                                              \
    ROW(BOOL, monitor_save_compare_image, "monitor.save_compare_image", true, 0, 0, "", 0, NULL,                               \
        "save input, reconstruction and heat map side by side")                                                                \
    ROW(BOOL, monitor_save_context_enabled, "monitor.save_context.enabled", false, 0, 0, "", 0, NULL,                          \
        "save frames from before and after the alarm")                                                                         \
    ROW(INT, monitor_save_context_pre_frames, "monitor.save_context.pre_frames", 1, 0, 16, "frames", 0, NULL,                  \
        "frames from before the first anomalous one")                                                                          \
    ROW(INT, monitor_save_context_post_frames, "monitor.save_context.post_frames", 1, 0, 16, "frames", 0, NULL,                \
        "frames from after the alarm")                                                                                         \
    ROW(BOOL, notify_slack_enabled, "notify.slack.enabled", true, 0, 0, "", 0, NULL, "send alerts to Slack")                   \
    ROW(TEXT, notify_slack_webhook_url, "notify.slack.webhook_url", "", 0, 1023, "", SECRET, "SLACK_WEBHOOK_URL",              \
        "address of the incoming webhook")                                                                                     \
    ROW(TEXT, notify_slack_webhook_url_file, "notify.slack.webhook_url_file", "", 0, 767, "", FILE_PATH, NULL,                 \
        "file with the webhook, readable by you only")                                                                         \
    ROW(BOOL, notify_email_enabled, "notify.email.enabled", false, 0, 0, "", 0, NULL, "send alerts by e-mail")                 \
    ROW(TEXT, notify_email_smtp_host, "notify.email.smtp_host", "", 0, 253, "", 0, NULL, "mail server")                        \
    ROW(INT, notify_email_smtp_port, "notify.email.smtp_port", 587, 1, 65535, "", 0, NULL,                                     \
        "its port; 465 = TLS from the first byte, others STARTTLS")                                                            \
    ROW(TEXT, notify_email_smtp_user, "notify.email.smtp_user", "", 0, 255, "", 0, NULL, "user name; empty = no log-in")       \
    ROW(TEXT, notify_email_smtp_password, "notify.email.smtp_password", "", 0, 255, "", SECRET, "SMTP_PASSWORD",               \
        "password of smtp_user")                                                                                               \
    ROW(TEXT, notify_email_smtp_password_file, "notify.email.smtp_password_file", "", 0, 767, "", FILE_PATH, NULL,             \
        "file with the password, readable by you only")                                                                        \
    ROW(TEXT, notify_email_from_addr, "notify.email.from_addr", "", 0, 254, "", 0, NULL, "sender")                             \
    ROW(LIST, notify_email_to_addrs, "notify.email.to_addrs", NULL, 0, 64, "", 0, NULL, "receivers")                           \
    ROW(BOOL, notify_email_use_tls, "notify.email.use_tls", true, 0, 0, "", 0, NULL,                                           \
        "encrypt; false is allowed to this very computer only")                                                                \
    ROW(TEXT, delivery_ca_file, "delivery.ca_file", "", 0, 767, "", FILE_PATH, NULL,                                           \
        "certificates to trust instead of the system's (a laboratory's own mail server)")                                      \
    ROW(REAL, delivery_timeout_seconds, "delivery.timeout_seconds", 30.0, 1.0, 600.0, "s", 0, NULL, "most time for one attempt") \
    ROW(REAL, delivery_retry_first_seconds, "delivery.retry_first_seconds", 5.0, 0.1, 3600.0, "s", 0, NULL,                    \
        "wait after the first failed attempt; doubles from then on")                                                           \
    ROW(REAL, delivery_retry_most_seconds, "delivery.retry_most_seconds", 900.0, 1.0, 86400.0, "s", 0, NULL,                   \
        "longest wait between two attempts")                                                                                   \
    ROW(TEXT, delivery_heartbeat_url, "delivery.heartbeat_url", "", 0, 1023, "", SECRET, "LEAKWATCH_HEARTBEAT_URL",            \
        "address to ping while frames are really being scored, so that a dead PC is noticed elsewhere")                        \
    ROW(TEXT, delivery_heartbeat_url_file, "delivery.heartbeat_url_file", "", 0, 767, "", FILE_PATH, NULL,                     \
        "file with that address, readable by you only")                                                                        \
    ROW(REAL, delivery_heartbeat_minutes, "delivery.heartbeat_minutes", 5.0, 0.01, 1440.0, "min", 0, NULL,                     \
        "time between two pings")                                                                                              \
    ROW(REAL, records_rotate_mb, "records.rotate_mb", 64.0, 0.01, 4096.0, "MB", 0, NULL,                                       \
        "size at which events.jsonl is put aside and a new one begun; nothing is ever deleted")                                \
    ROW(REAL, retention_keep_free_gb, "retention.keep_free_gb", 1.0, 0.0, 1000000.0, "GB", 0, NULL,                            \
        "free disk space below which the oldest evidence is removed; records never are; 0 = never")                            \
    ROW(REAL, retention_evidence_days, "retention.evidence_days", 0.0, 0.0, 36500.0, "days", 0, NULL,                          \
        "age at which evidence is removed; 0 = kept while there is space")                                                     \
    ROW(CHOICE, heatmap_colormap, "heatmap.colormap", 0, 0, 0, "", 0, "inferno|jet",                                           \
        "colours of error heat maps; inferno is perceptually uniform and can be read by colour-blind people")
/* clang-format on */

#endif
