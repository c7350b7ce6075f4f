CREATE TABLE `account` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `login` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(60) NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `roles` tinyint(3) unsigned NOT NULL COMMENT 'bits of enum ROLE_ in shared/domain/account/role.h; 0 after a move to a department',
  `inspector_id` bigint(20) unsigned DEFAULT NULL,
  `password_hash` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'no digest at all: nobody signs in before it is reset',
  `must_change` tinyint(1) NOT NULL DEFAULT 1 COMMENT 'somebody else knows the password',
  `totp_secret` varbinary(80) DEFAULT NULL COMMENT 'of an authenticator, sealed',
  `totp_active` tinyint(1) NOT NULL DEFAULT 0 COMMENT 'its owner showed that it works',
  `totp_step` bigint(20) unsigned NOT NULL DEFAULT 0 COMMENT 'whose digits were used last',
  `state` enum('active','disabled','retired') NOT NULL DEFAULT 'active',
  `version` int(10) unsigned NOT NULL DEFAULT 1 COMMENT 'of what administrators change',
  `failures` int(10) unsigned NOT NULL DEFAULT 0 COMMENT 'since the last sign-in, from anywhere',
  `signed_in_at` datetime(3) DEFAULT NULL,
  `signed_in_from` varchar(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  UNIQUE KEY `login` (`login`),
  KEY `account_department` (`department_id`),
  KEY `account_inspector` (`inspector_id`),
  CONSTRAINT `account_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `account_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `adjustment` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `campaign_id` int(10) unsigned NOT NULL,
  `section_id` bigint(20) unsigned NOT NULL,
  `visit` varchar(56) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `kind` enum('change','recusal','direct','substitute') NOT NULL COMMENT 'recusal: a change that the inspector declared; it counts against no limit',
  `state` enum('requested','approved','refused') NOT NULL,
  `leaver_id` bigint(20) unsigned DEFAULT NULL,
  `leaver_drawn` tinyint(1) NOT NULL DEFAULT 0 COMMENT 'counts against R06',
  `wanted_id` bigint(20) unsigned DEFAULT NULL COMMENT 'assigned by hand instead of the next by the rule',
  `joiner_id` bigint(20) unsigned DEFAULT NULL,
  `source` enum('drawn','neighbour','direct') DEFAULT NULL COMMENT 'of the joiner',
  `ticket` binary(32) DEFAULT NULL,
  `reason` varchar(200) NOT NULL,
  `requested_by` bigint(20) unsigned NOT NULL,
  `requested_at` datetime(3) NOT NULL,
  `decided_by` bigint(20) unsigned DEFAULT NULL,
  `decided_at` datetime(3) DEFAULT NULL,
  `decision_reason` varchar(200) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `campaign_state` (`campaign_id`,`state`,`id`),
  KEY `department_state` (`department_id`,`state`,`id`),
  KEY `section_state` (`section_id`,`state`),
  KEY `adjustment_leaver` (`leaver_id`),
  KEY `adjustment_wanted` (`wanted_id`),
  KEY `adjustment_joiner` (`joiner_id`),
  KEY `adjustment_requested_by` (`requested_by`),
  KEY `adjustment_decided_by` (`decided_by`),
  CONSTRAINT `adjustment_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `adjustment_decided_by` FOREIGN KEY (`decided_by`) REFERENCES `account` (`id`),
  CONSTRAINT `adjustment_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `adjustment_joiner` FOREIGN KEY (`joiner_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `adjustment_leaver` FOREIGN KEY (`leaver_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `adjustment_requested_by` FOREIGN KEY (`requested_by`) REFERENCES `account` (`id`),
  CONSTRAINT `adjustment_wanted` FOREIGN KEY (`wanted_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `assignment` (
  `section_id` bigint(20) unsigned NOT NULL,
  `inspector_id` bigint(20) unsigned NOT NULL,
  `source` enum('drawn','neighbour','direct') NOT NULL,
  `reason` varchar(200) NOT NULL,
  `ticket` binary(32) NOT NULL,
  PRIMARY KEY (`section_id`,`inspector_id`),
  KEY `inspector` (`inspector_id`,`section_id`),
  CONSTRAINT `assignment_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `assignment_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `audit_chain` (
  `chain` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `seq` bigint(20) unsigned NOT NULL,
  `hash` binary(32) NOT NULL,
  PRIMARY KEY (`chain`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `chain`,
 NULL AS `seq`,
 NULL AS `hash` */;
CREATE TABLE `audit_event` (
  `chain` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `seq` bigint(20) unsigned NOT NULL,
  `at` datetime(3) NOT NULL,
  `actor` varchar(80) NOT NULL,
  `remote` varchar(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `request_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `action` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `target` varchar(160) NOT NULL,
  `detail` text NOT NULL,
  `prev_hash` binary(32) NOT NULL,
  `hash` binary(32) NOT NULL,
  PRIMARY KEY (`chain`,`seq`),
  KEY `at` (`chain`,`at`),
  KEY `actor` (`chain`,`actor`),
  KEY `action` (`chain`,`action`),
  KEY `target` (`chain`,`target`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `chain`,
 NULL AS `seq`,
 NULL AS `at`,
 NULL AS `actor`,
 NULL AS `remote`,
 NULL AS `request_id`,
 NULL AS `action`,
 NULL AS `target`,
 NULL AS `detail`,
 NULL AS `prev_hash`,
 NULL AS `hash` */;
CREATE TABLE `calendar_day` (
  `day` date NOT NULL,
  `kind` enum('off','work') NOT NULL,
  `name` varchar(30) NOT NULL,
  `notice_year` smallint(6) NOT NULL,
  `notice_url` varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`day`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `campaign` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(120) NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned NOT NULL COMMENT 'the initiating department',
  `rule` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `redraw_reason` varchar(400) DEFAULT NULL COMMENT 'why plans are drawn again',
  `state` enum('open','announced','drawn','void','abandoned') NOT NULL,
  `announcement` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'its digest',
  `announced_at` datetime(3) DEFAULT NULL,
  `value_at` datetime(3) DEFAULT NULL COMMENT 'as announced',
  `latest_at` datetime(3) DEFAULT NULL COMMENT 'as announced',
  `public_value` varchar(400) DEFAULT NULL,
  `seed` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `drawn_at` datetime(3) DEFAULT NULL,
  `secret` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `opened_at` datetime(3) DEFAULT NULL COMMENT 'when the secret was',
  `abandoned_at` datetime(3) DEFAULT NULL,
  `abandoned_reason` varchar(400) DEFAULT NULL,
  `teams_at` datetime(3) DEFAULT NULL COMMENT 'of the second value, as announced',
  `closing` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'digest of what the teams are drawn from',
  `closed_at` datetime(3) DEFAULT NULL,
  `teams_value` varchar(400) DEFAULT NULL,
  `teams_seed` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `teams_secret` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `teams_drawn_at` datetime(3) DEFAULT NULL,
  `publish` enum('visits','once','open') DEFAULT NULL COMMENT 'as announced: when it is public who was drawn',
  `public_by` date DEFAULT NULL COMMENT 'last day of all plans: behind it everything is public',
  `results_public_at` datetime(3) DEFAULT NULL,
  `teams_public_at` datetime(3) DEFAULT NULL,
  `guard` int(10) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  UNIQUE KEY `announcement` (`announcement`),
  UNIQUE KEY `closing` (`closing`),
  KEY `state` (`state`,`value_at`),
  KEY `campaign_region` (`region_code`),
  KEY `campaign_department` (`department_id`),
  CONSTRAINT `campaign_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `campaign_region` FOREIGN KEY (`region_code`) REFERENCES `region` (`code`),
  CONSTRAINT `campaign_announced` CHECK (`announcement` is not null = `state` in ('announced','drawn','void') and (`announcement` is null or `announced_at` is not null and `value_at` is not null and `latest_at` is not null)),
  CONSTRAINT `campaign_opened` CHECK (`secret` is not null = `state` in ('drawn','void') and `secret` is null = (`opened_at` is null)),
  CONSTRAINT `campaign_drawn` CHECK ((`seed` is null or `state` in ('drawn','void')) and (`seed` is not null or `state` <> 'drawn') and `seed` is null = (`public_value` is null) and `seed` is null = (`drawn_at` is null)),
  CONSTRAINT `campaign_abandoned` CHECK (`abandoned_at` is not null = `state` in ('void','abandoned') and `abandoned_at` is null = (`abandoned_reason` is null)),
  CONSTRAINT `campaign_closed` CHECK ((`closing` is null or `state` = 'drawn') and `closing` is null = (`closed_at` is null)),
  CONSTRAINT `campaign_teams` CHECK ((`teams_seed` is null or `closing` is not null) and `teams_seed` is null = (`teams_value` is null) and `teams_seed` is null = (`teams_secret` is null) and `teams_seed` is null = (`teams_drawn_at` is null))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `id`,
 NULL AS `state`,
 NULL AS `public_value`,
 NULL AS `seed`,
 NULL AS `drawn_at`,
 NULL AS `secret`,
 NULL AS `opened_at`,
 NULL AS `abandoned_at`,
 NULL AS `abandoned_reason` */;
 NULL AS `id`,
 NULL AS `teams_value`,
 NULL AS `teams_seed`,
 NULL AS `teams_secret`,
 NULL AS `teams_drawn_at` */;
 NULL AS `id`,
 NULL AS `closing`,
 NULL AS `closed_at` */;
CREATE TABLE `campaign_entry` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `campaign_id` int(10) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `account_id` bigint(20) unsigned NOT NULL,
  `teams` tinyint(1) NOT NULL COMMENT 'the second value, of the teams',
  `value` varchar(400) NOT NULL,
  `entered_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `campaign` (`campaign_id`,`teams`,`department_id`),
  KEY `campaign_entry_department` (`department_id`),
  KEY `campaign_entry_account` (`account_id`),
  CONSTRAINT `campaign_entry_account` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`),
  CONSTRAINT `campaign_entry_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `campaign_entry_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `id`,
 NULL AS `state`,
 NULL AS `announcement`,
 NULL AS `announced_at`,
 NULL AS `value_at`,
 NULL AS `latest_at`,
 NULL AS `teams_at`,
 NULL AS `publish`,
 NULL AS `public_by`,
 NULL AS `abandoned_at`,
 NULL AS `abandoned_reason` */;
 NULL AS `id`,
 NULL AS `results_public_at` */;
CREATE TABLE `campaign_secret` (
  `campaign_id` int(10) unsigned NOT NULL,
  `sealed` varbinary(160) NOT NULL,
  `teams` varbinary(160) NOT NULL COMMENT 'the secret of the teams, in the same way',
  PRIMARY KEY (`campaign_id`),
  CONSTRAINT `campaign_secret_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `campaign_text` (
  `campaign_id` int(10) unsigned NOT NULL,
  `name` enum('announcement','pulse','key','timestamp','closing','teams-pulse') NOT NULL,
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`campaign_id`,`name`),
  CONSTRAINT `campaign_text_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `id`,
 NULL AS `teams_public_at` */;
 NULL AS `id`,
 NULL AS `public_value`,
 NULL AS `seed`,
 NULL AS `drawn_at` */;
CREATE TABLE `change_part` (
  `draw_id` int(10) unsigned NOT NULL,
  `part` int(10) unsigned NOT NULL,
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`draw_id`,`part`),
  CONSTRAINT `change_part_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `check_history` (
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `checked_on` date NOT NULL,
  `result_class` enum('no_problem','corrected','penalty','unreachable') NOT NULL,
  PRIMARY KEY (`code`,`department_id`,`checked_on`),
  KEY `checked_on` (`checked_on`),
  KEY `check_history_department` (`department_id`),
  CONSTRAINT `check_history_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `check_result` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `section_id` bigint(20) unsigned NOT NULL,
  `item_id` int(10) unsigned NOT NULL,
  `version` int(10) unsigned NOT NULL DEFAULT 0,
  `field_versions` varchar(240) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  `result_code` varchar(2) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `problem` varchar(2000) DEFAULT NULL,
  `disposal` varchar(2000) DEFAULT NULL,
  `checklist_id` int(10) unsigned DEFAULT NULL COMMENT 'fixed at the planning',
  `answers` mediumtext DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `section_item` (`section_id`,`item_id`),
  KEY `check_result_item` (`item_id`),
  KEY `check_result_code` (`result_code`),
  KEY `check_result_checklist` (`checklist_id`),
  CONSTRAINT `check_result_checklist` FOREIGN KEY (`checklist_id`) REFERENCES `checklist` (`id`),
  CONSTRAINT `check_result_code` FOREIGN KEY (`result_code`) REFERENCES `result_code` (`code`),
  CONSTRAINT `check_result_item` FOREIGN KEY (`item_id`) REFERENCES `inspection_item` (`id`),
  CONSTRAINT `check_result_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `checklist` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `item_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `version` smallint(5) unsigned NOT NULL,
  `title` varchar(120) NOT NULL,
  `sha256` binary(32) NOT NULL COMMENT 'of body',
  `body` text NOT NULL COMMENT 'canonical JSON',
  `published_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `item_version` (`item_code`,`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `clue` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `sender_id` bigint(20) unsigned NOT NULL,
  `number` varchar(60) NOT NULL COMMENT 'by the sender: sent again it is the same clue',
  `source` enum('complaint','transfer','monitoring') NOT NULL,
  `department_id` int(10) unsigned NOT NULL COMMENT 'that deals with it',
  `subject_id` bigint(20) unsigned NOT NULL,
  `content` varchar(1000) NOT NULL,
  `found_on` date NOT NULL,
  `received_at` datetime(3) NOT NULL,
  `state` enum('received','proposed','rejected','joined','planned','checked') NOT NULL,
  `version` int(10) unsigned NOT NULL DEFAULT 1,
  `plan` enum('reject','join','visit') DEFAULT NULL,
  `plan_reason` varchar(200) DEFAULT NULL,
  `visit_id` bigint(20) unsigned DEFAULT NULL COMMENT 'that it is joined to; a substitution may take that away',
  `planned_on` date DEFAULT NULL COMMENT 'of a check of its own',
  `proposed_by` bigint(20) unsigned DEFAULT NULL,
  `proposed_at` datetime(3) DEFAULT NULL,
  `decided_by` bigint(20) unsigned DEFAULT NULL,
  `decided_at` datetime(3) DEFAULT NULL,
  `decision_reason` varchar(200) DEFAULT NULL,
  `outcome` enum('no_problem','corrected','penalty','unreachable') DEFAULT NULL,
  `note` varchar(1000) DEFAULT NULL,
  `ended_by` bigint(20) unsigned DEFAULT NULL,
  `ended_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `sender_number` (`sender_id`,`number`),
  KEY `department_state` (`department_id`,`state`,`id`),
  KEY `department_source` (`department_id`,`source`,`id`),
  KEY `subject_department` (`subject_id`,`department_id`,`id`),
  KEY `planned` (`planned_on`,`state`),
  KEY `clue_visit` (`visit_id`),
  KEY `clue_proposed_by` (`proposed_by`),
  KEY `clue_decided_by` (`decided_by`),
  KEY `clue_ended_by` (`ended_by`),
  CONSTRAINT `clue_decided_by` FOREIGN KEY (`decided_by`) REFERENCES `account` (`id`),
  CONSTRAINT `clue_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `clue_ended_by` FOREIGN KEY (`ended_by`) REFERENCES `account` (`id`),
  CONSTRAINT `clue_proposed_by` FOREIGN KEY (`proposed_by`) REFERENCES `account` (`id`),
  CONSTRAINT `clue_sender` FOREIGN KEY (`sender_id`) REFERENCES `account` (`id`),
  CONSTRAINT `clue_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`),
  CONSTRAINT `clue_visit` FOREIGN KEY (`visit_id`) REFERENCES `visit` (`id`) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `clue_inspector` (
  `clue_id` bigint(20) unsigned NOT NULL,
  `inspector_id` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`clue_id`,`inspector_id`),
  KEY `clue_inspector_inspector` (`inspector_id`),
  CONSTRAINT `clue_inspector_clue` FOREIGN KEY (`clue_id`) REFERENCES `clue` (`id`),
  CONSTRAINT `clue_inspector_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `delivery_difference` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `outbox_id` bigint(20) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL COMMENT 'of the publication',
  `kind` enum('rejected','missing','receipt') NOT NULL,
  `said` varchar(200) DEFAULT NULL COMMENT 'by the platform: its reason, or its receipt',
  `found_at` datetime(3) NOT NULL,
  `found_on` date NOT NULL,
  `ended_at` datetime(3) DEFAULT NULL,
  `ending` enum('agreed','resent','withdrawn') DEFAULT NULL,
  `reason` varchar(400) DEFAULT NULL COMMENT 'of whoever had it sent again',
  `ended_by` bigint(20) unsigned DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `outbox` (`outbox_id`,`ended_at`),
  KEY `department_found` (`department_id`,`found_on`,`id`),
  KEY `delivery_difference_ended_by` (`ended_by`),
  CONSTRAINT `delivery_difference_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `delivery_difference_ended_by` FOREIGN KEY (`ended_by`) REFERENCES `account` (`id`),
  CONSTRAINT `delivery_difference_outbox` FOREIGN KEY (`outbox_id`) REFERENCES `outbox` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `department` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(80) NOT NULL,
  `kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `level` enum('city','district') NOT NULL,
  `telephone` varchar(40) NOT NULL DEFAULT '' COMMENT 'whom citizens ring about what it published',
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  UNIQUE KEY `kind_region` (`kind`,`region_code`),
  KEY `department_region` (`region_code`),
  CONSTRAINT `department_region` FOREIGN KEY (`region_code`) REFERENCES `region` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `department_specialty` (
  `department_id` int(10) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`department_id`,`specialty`),
  KEY `department_specialty_specialty` (`specialty`),
  CONSTRAINT `department_specialty_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `department_specialty_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `device` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `inspector_id` bigint(20) unsigned NOT NULL,
  `name` varchar(60) NOT NULL,
  `public_key` binary(65) NOT NULL COMMENT 'ECDSA P-256, an uncompressed point',
  `state` enum('active','retired','lost') NOT NULL,
  `counter` bigint(20) unsigned NOT NULL COMMENT 'of its last acknowledged operation',
  `receipt` binary(32) NOT NULL COMMENT 'chained hash over its acknowledged operations',
  `token_salt` binary(32) NOT NULL,
  `generation` bigint(20) unsigned NOT NULL COMMENT 'of its tokens',
  `settled` tinyint(1) NOT NULL COMMENT 'a token of this generation was used: those before are not honoured any more',
  `access_hash` binary(32) NOT NULL,
  `access_expires_at` datetime(3) NOT NULL,
  `refresh_expires_at` datetime(3) NOT NULL,
  `enrolled_at` datetime(3) NOT NULL,
  `forked_at` datetime(3) DEFAULT NULL COMMENT 'when it was first seen that its data had been copied or restored',
  PRIMARY KEY (`id`),
  UNIQUE KEY `access_hash` (`access_hash`),
  KEY `inspector` (`inspector_id`),
  CONSTRAINT `device_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `device_clock` (
  `device_id` bigint(20) unsigned NOT NULL,
  `at` datetime(3) NOT NULL COMMENT 'of the server',
  `device_at` datetime(3) NOT NULL,
  `monotonic_ms` bigint(20) unsigned NOT NULL COMMENT 'since the device or its app started: nobody sets it',
  `gps_at` datetime(3) DEFAULT NULL,
  `offset_ms` bigint(20) NOT NULL COMMENT 'device_at - at, as the device is estimated to be ahead',
  PRIMARY KEY (`device_id`,`at`),
  CONSTRAINT `device_clock_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `directory` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `name` varchar(120) NOT NULL,
  `refreshed_on` date NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `directory_department` (`department_id`),
  CONSTRAINT `directory_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `directory_departure` (
  `directory_id` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `import_id` bigint(20) unsigned NOT NULL,
  `left_on` date NOT NULL,
  PRIMARY KEY (`directory_id`,`subject_id`,`specialty`,`import_id`),
  KEY `directory_departure_subject` (`subject_id`),
  KEY `directory_departure_import` (`import_id`),
  CONSTRAINT `directory_departure_directory` FOREIGN KEY (`directory_id`) REFERENCES `directory` (`id`),
  CONSTRAINT `directory_departure_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`),
  CONSTRAINT `directory_departure_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `directory_entry` (
  `directory_id` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`directory_id`,`subject_id`,`specialty`),
  KEY `directory_entry_subject` (`subject_id`),
  KEY `directory_entry_specialty` (`specialty`),
  CONSTRAINT `directory_entry_directory` FOREIGN KEY (`directory_id`) REFERENCES `directory` (`id`),
  CONSTRAINT `directory_entry_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`),
  CONSTRAINT `directory_entry_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `disposal` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `section_id` bigint(20) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `kind` enum('order','lenient','case') NOT NULL,
  `number` varchar(60) DEFAULT NULL COMMENT 'of the document, or of the case',
  `content` varchar(1000) NOT NULL,
  `basis` varchar(400) DEFAULT NULL,
  `issued_on` date NOT NULL,
  `due_on` date NOT NULL COMMENT 'of what ends at once the day that it was issued',
  `state` enum('open','ended') NOT NULL,
  `entered_by` bigint(20) unsigned NOT NULL,
  `entered_at` datetime(3) NOT NULL,
  `ended_on` date DEFAULT NULL,
  `outcome` enum('corrected','not_corrected','penalized','no_penalty','transferred') DEFAULT NULL,
  `method` enum('document','visit') DEFAULT NULL COMMENT 'of the re-inspection after an order',
  `note` varchar(1000) DEFAULT NULL COMMENT 'of its end',
  `ended_by` bigint(20) unsigned DEFAULT NULL,
  `ended_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `number` (`department_id`,`kind`,`number`),
  KEY `section` (`section_id`,`state`),
  KEY `department_state` (`department_id`,`state`,`id`),
  KEY `department_due` (`department_id`,`state`,`due_on`,`id`),
  KEY `disposal_entered_by` (`entered_by`),
  KEY `disposal_ended_by` (`ended_by`),
  CONSTRAINT `disposal_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `disposal_ended_by` FOREIGN KEY (`ended_by`) REFERENCES `account` (`id`),
  CONSTRAINT `disposal_entered_by` FOREIGN KEY (`entered_by`) REFERENCES `account` (`id`),
  CONSTRAINT `disposal_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `disposal_inspector` (
  `disposal_id` bigint(20) unsigned NOT NULL,
  `inspector_id` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`disposal_id`,`inspector_id`),
  KEY `disposal_inspector_who` (`inspector_id`),
  CONSTRAINT `disposal_inspector_of` FOREIGN KEY (`disposal_id`) REFERENCES `disposal` (`id`),
  CONSTRAINT `disposal_inspector_who` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `door_record` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `op_id` binary(16) NOT NULL COMMENT 'the operation that recorded it',
  `section_id` bigint(20) unsigned NOT NULL,
  `kind` enum('attendance','signature','sample') NOT NULL,
  `body` text NOT NULL COMMENT 'JSON as the feeds tell it',
  `device_id` bigint(20) unsigned NOT NULL,
  `at` datetime(3) NOT NULL,
  `written_off_at` datetime(3) DEFAULT NULL,
  `written_off_by` bigint(20) unsigned DEFAULT NULL,
  `written_off_reason` varchar(400) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `op_id` (`op_id`),
  KEY `section` (`section_id`,`id`),
  KEY `door_record_device` (`device_id`),
  KEY `door_record_written_off_by` (`written_off_by`),
  CONSTRAINT `door_record_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`),
  CONSTRAINT `door_record_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`),
  CONSTRAINT `door_record_written_off_by` FOREIGN KEY (`written_off_by`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `draw` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `entered_id` int(10) unsigned NOT NULL COMMENT 'the campaign it was made for',
  `campaign_id` int(10) unsigned DEFAULT NULL COMMENT 'NULL: withdrawn',
  `plan_id` int(10) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `state` enum('open','frozen') NOT NULL,
  `frozen_at` datetime(3) DEFAULT NULL,
  `snapshot_sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `snapshot_bytes` bigint(20) unsigned DEFAULT NULL,
  `snapshot_lines` int(10) unsigned DEFAULT NULL,
  `roster_sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `roster_bytes` bigint(20) unsigned DEFAULT NULL,
  `roster_lines` int(10) unsigned DEFAULT NULL,
  `result_sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'of the result file',
  `drawn_sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'of drawn_part, where there is one',
  `withdrawn_at` datetime(3) DEFAULT NULL,
  `withdrawn_reason` varchar(400) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `campaign` (`campaign_id`,`code`),
  KEY `draw_entered` (`entered_id`),
  KEY `draw_plan` (`plan_id`),
  KEY `draw_department` (`department_id`),
  CONSTRAINT `draw_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `draw_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `draw_entered` FOREIGN KEY (`entered_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `draw_plan` FOREIGN KEY (`plan_id`) REFERENCES `plan` (`id`),
  CONSTRAINT `draw_frozen` CHECK (`state` = 'open' or `frozen_at` is not null and `snapshot_sha256` is not null and `snapshot_bytes` is not null and `snapshot_lines` is not null),
  CONSTRAINT `draw_rostered` CHECK (`roster_sha256` is null = (`roster_bytes` is null) and `roster_sha256` is null = (`roster_lines` is null)),
  CONSTRAINT `draw_withdrawn` CHECK (`withdrawn_at` is null = (`withdrawn_reason` is null) and `withdrawn_at` is null = (`campaign_id` is not null) and (`campaign_id` is null or `campaign_id` = `entered_id`))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `id`,
 NULL AS `state`,
 NULL AS `frozen_at`,
 NULL AS `snapshot_sha256`,
 NULL AS `snapshot_bytes`,
 NULL AS `snapshot_lines` */;
CREATE TABLE `draw_quota` (
  `draw_id` int(10) unsigned NOT NULL,
  `stratum` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'REGION.SPECIALTY',
  `quota` int(10) unsigned NOT NULL,
  `eligible` int(10) unsigned NOT NULL,
  PRIMARY KEY (`draw_id`,`stratum`),
  CONSTRAINT `draw_quota_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `draw_result` (
  `draw_id` int(10) unsigned NOT NULL,
  `stratum` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `position` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `selected` tinyint(1) NOT NULL,
  `score` binary(32) NOT NULL,
  `subject_name` varchar(120) NOT NULL COMMENT 'as it was when it was drawn, masked',
  PRIMARY KEY (`draw_id`,`stratum`,`position`),
  KEY `subject` (`subject_id`),
  CONSTRAINT `draw_result_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `draw_scope` (
  `kind` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `guard` int(10) unsigned NOT NULL,
  PRIMARY KEY (`kind`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `id`,
 NULL AS `result_sha256`,
 NULL AS `drawn_sha256` */;
 NULL AS `id`,
 NULL AS `roster_sha256`,
 NULL AS `roster_bytes`,
 NULL AS `roster_lines` */;
CREATE TABLE `draw_weight` (
  `draw_id` int(10) unsigned NOT NULL,
  `stratum` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `weight` smallint(5) unsigned NOT NULL,
  `subjects` int(10) unsigned NOT NULL,
  PRIMARY KEY (`draw_id`,`stratum`,`weight`),
  CONSTRAINT `draw_weight_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `id`,
 NULL AS `campaign_id`,
 NULL AS `withdrawn_at`,
 NULL AS `withdrawn_reason` */;
CREATE TABLE `drawn_part` (
  `draw_id` int(10) unsigned NOT NULL,
  `part` int(10) unsigned NOT NULL,
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`draw_id`,`part`),
  CONSTRAINT `drawn_part_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `duty_exception` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `department_id` int(10) unsigned NOT NULL,
  `roles` tinyint(3) unsigned NOT NULL,
  `document` varchar(120) NOT NULL COMMENT 'that approves it',
  `reason` varchar(200) NOT NULL,
  `ends_on` date NOT NULL COMMENT 'its last day',
  `recorded_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `department` (`department_id`,`ends_on`),
  CONSTRAINT `duty_exception_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `enrolment` (
  `code_hash` binary(32) NOT NULL,
  `inspector_id` bigint(20) unsigned NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `device_id` bigint(20) unsigned DEFAULT NULL COMMENT 'the device that used it',
  PRIMARY KEY (`code_hash`),
  KEY `expires` (`expires_at`),
  KEY `enrolment_inspector` (`inspector_id`),
  KEY `enrolment_device` (`device_id`),
  CONSTRAINT `enrolment_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`),
  CONSTRAINT `enrolment_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `evidence` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `op_id` binary(16) NOT NULL COMMENT 'the operation that declared it',
  `section_id` bigint(20) unsigned NOT NULL,
  `check_result_id` bigint(20) unsigned DEFAULT NULL,
  `sha256` binary(32) NOT NULL,
  `size` bigint(20) unsigned NOT NULL,
  `media_type` varchar(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `taken_at` datetime(3) NOT NULL,
  `lon` double DEFAULT NULL,
  `lat` double DEFAULT NULL,
  `device_id` bigint(20) unsigned NOT NULL,
  `verified_at` datetime(3) DEFAULT NULL COMMENT 'NULL: not yet',
  `kind` enum('photo','signature','document') NOT NULL DEFAULT 'photo',
  `written_off_at` datetime(3) DEFAULT NULL,
  `written_off_by` bigint(20) unsigned DEFAULT NULL,
  `written_off_reason` varchar(400) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `op_id` (`op_id`),
  KEY `section` (`section_id`),
  KEY `sha256` (`sha256`),
  KEY `evidence_check_result` (`check_result_id`),
  KEY `evidence_device` (`device_id`),
  KEY `evidence_written_off_by` (`written_off_by`),
  CONSTRAINT `evidence_check_result` FOREIGN KEY (`check_result_id`) REFERENCES `check_result` (`id`),
  CONSTRAINT `evidence_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`),
  CONSTRAINT `evidence_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`),
  CONSTRAINT `evidence_written_off_by` FOREIGN KEY (`written_off_by`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `evidence_blob` (
  `sha256` binary(32) NOT NULL,
  `size` bigint(20) unsigned NOT NULL,
  `stored_at` datetime(3) DEFAULT NULL COMMENT 'NULL: its bytes are not here',
  `claims` int(10) unsigned NOT NULL DEFAULT 0,
  `exif_taken_at` datetime(3) DEFAULT NULL,
  `exif_lon` double DEFAULT NULL,
  `exif_lat` double DEFAULT NULL,
  PRIMARY KEY (`sha256`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `evidence_possession` (
  `sha256` binary(32) NOT NULL,
  `inspector_id` bigint(20) unsigned NOT NULL,
  `device_id` bigint(20) unsigned NOT NULL COMMENT 'the first',
  `at` datetime(3) NOT NULL,
  PRIMARY KEY (`sha256`,`inspector_id`),
  KEY `evidence_possession_inspector` (`inspector_id`),
  KEY `evidence_possession_device` (`device_id`),
  CONSTRAINT `evidence_possession_blob` FOREIGN KEY (`sha256`) REFERENCES `evidence_blob` (`sha256`),
  CONSTRAINT `evidence_possession_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`),
  CONSTRAINT `evidence_possession_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `evidence_upload` (
  `id` binary(16) NOT NULL,
  `device_id` bigint(20) unsigned NOT NULL,
  `sha256` binary(32) NOT NULL,
  `size` bigint(20) unsigned NOT NULL,
  `received` bigint(20) unsigned NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `metadata` varchar(2048) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  KEY `expires` (`expires_at`),
  KEY `evidence_upload_device` (`device_id`),
  CONSTRAINT `evidence_upload_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `fact_authority` (
  `fact` enum('name','type','address','region','location','state','credit_class','key','complaints','listing') NOT NULL,
  `kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `source` varchar(120) NOT NULL,
  PRIMARY KEY (`fact`,`kind`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `feed_head` (
  `kind` tinyint(3) unsigned NOT NULL,
  `owner_id` bigint(20) unsigned NOT NULL,
  `seq` bigint(20) unsigned NOT NULL,
  `purged` bigint(20) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`kind`,`owner_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `feed_item` (
  `kind` tinyint(3) unsigned NOT NULL,
  `owner_id` bigint(20) unsigned NOT NULL,
  `seq` bigint(20) unsigned NOT NULL,
  `entity` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `entity_id` bigint(20) unsigned NOT NULL,
  `version` int(10) unsigned NOT NULL,
  `deleted` tinyint(1) NOT NULL,
  `body` text NOT NULL,
  PRIMARY KEY (`kind`,`owner_id`,`seq`),
  UNIQUE KEY `entity` (`kind`,`owner_id`,`entity`,`entity_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `feed_tombstone` (
  `gone_on` date NOT NULL,
  `kind` tinyint(3) unsigned NOT NULL,
  `owner_id` bigint(20) unsigned NOT NULL,
  `seq` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`gone_on`,`kind`,`owner_id`,`seq`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `held_op` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `op_id` binary(16) NOT NULL,
  `kind` enum('sealed','reassigned','deleted','rejected','deferred') NOT NULL,
  `state` enum('open','accepted','refused','settled') NOT NULL COMMENT 'settled: was deferred and took effect',
  `department_id` int(10) unsigned NOT NULL COMMENT 'whose desk it is on',
  `device_id` bigint(20) unsigned NOT NULL,
  `section_id` bigint(20) unsigned DEFAULT NULL COMMENT 'of an edit, unless it is gone',
  `entity` varchar(16) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `entity_id` bigint(20) unsigned DEFAULT NULL,
  `fields` text DEFAULT NULL COMMENT 'of an edit, in canonical form, as an acceptance takes them',
  `at` datetime(3) NOT NULL,
  `decided_by` bigint(20) unsigned DEFAULT NULL,
  `decided_at` datetime(3) DEFAULT NULL,
  `reason` varchar(400) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `op_id` (`op_id`),
  KEY `desk` (`department_id`,`state`,`id`),
  KEY `section` (`section_id`,`state`),
  KEY `held_op_device` (`device_id`),
  KEY `held_op_decided_by` (`decided_by`),
  CONSTRAINT `held_op_decided_by` FOREIGN KEY (`decided_by`) REFERENCES `account` (`id`),
  CONSTRAINT `held_op_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `held_op_device` FOREIGN KEY (`device_id`) REFERENCES `device` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `import` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned DEFAULT NULL COMMENT 'NULL: by lianchactl',
  `account_id` bigint(20) unsigned DEFAULT NULL COMMENT 'NULL: by lianchactl',
  `directory_id` int(10) unsigned DEFAULT NULL COMMENT 'the only one that may change',
  `name` varchar(200) NOT NULL,
  `encoding` enum('UTF-8','GB18030','UTF-16','XLSX') NOT NULL,
  `sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `state` enum('running','done','review','applied') NOT NULL,
  `last_line` int(10) unsigned NOT NULL DEFAULT 1,
  `accepted` int(10) unsigned NOT NULL DEFAULT 0,
  `created` int(10) unsigned NOT NULL DEFAULT 0,
  `changed` int(10) unsigned NOT NULL DEFAULT 0,
  `unchanged` int(10) unsigned NOT NULL DEFAULT 0,
  `flagged` int(10) unsigned NOT NULL DEFAULT 0,
  `refused` int(10) unsigned NOT NULL DEFAULT 0,
  `skipped` int(10) unsigned NOT NULL DEFAULT 0 COMMENT 'notes below the table',
  `started_at` datetime(3) NOT NULL,
  `ended_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `content` (`sha256`,`kind`,`state`),
  KEY `department_kind` (`department_id`,`kind`),
  KEY `department_state` (`department_id`,`state`),
  KEY `department_started` (`department_id`,`started_at`),
  KEY `import_directory` (`directory_id`),
  KEY `import_account` (`account_id`),
  CONSTRAINT `import_account` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`),
  CONSTRAINT `import_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `import_directory` FOREIGN KEY (`directory_id`) REFERENCES `directory` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `import_change` (
  `import_id` bigint(20) unsigned NOT NULL,
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `kind` enum('new','changed','merged','vanished') NOT NULL,
  `name` varchar(120) NOT NULL,
  `fields` set('name','type','address','region','location','state','credit_class','key','complaints','specialties','verified_on','synthetic','licence') NOT NULL,
  PRIMARY KEY (`import_id`,`code`),
  KEY `kind` (`import_id`,`kind`,`code`),
  CONSTRAINT `import_change_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `import_entry` (
  `import_id` bigint(20) unsigned NOT NULL,
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`import_id`,`code`,`specialty`),
  KEY `import_entry_specialty` (`specialty`),
  CONSTRAINT `import_entry_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`),
  CONSTRAINT `import_entry_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `import_line` (
  `import_id` bigint(20) unsigned NOT NULL,
  `line` int(10) unsigned NOT NULL,
  `refused` tinyint(1) NOT NULL,
  `skipped` tinyint(1) NOT NULL COMMENT 'neither refused nor skipped: flagged',
  `field` varchar(60) NOT NULL COMMENT 'as the file calls it',
  `code` varchar(64) NOT NULL,
  `reason` varchar(400) NOT NULL,
  PRIMARY KEY (`import_id`,`line`),
  KEY `refused` (`import_id`,`refused`,`line`),
  CONSTRAINT `import_line_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `import_subject` (
  `import_id` bigint(20) unsigned NOT NULL,
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `former_code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `code_flagged` tinyint(1) NOT NULL,
  `name` varchar(120) NOT NULL,
  `type` varchar(40) NOT NULL,
  `address` varchar(200) NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `lon` double DEFAULT NULL,
  `lat` double DEFAULT NULL,
  `state` enum('open','closed') NOT NULL,
  `credit_class` enum('A','B','C','D') NOT NULL,
  `is_key` tinyint(1) NOT NULL,
  `complaints` smallint(5) unsigned NOT NULL,
  `verified_on` date NOT NULL,
  `synthetic` tinyint(1) NOT NULL,
  `licence` varchar(60) NOT NULL DEFAULT '' COMMENT 'as printed, or of registration',
  PRIMARY KEY (`import_id`,`code`),
  KEY `former` (`import_id`,`former_code`),
  CONSTRAINT `import_subject_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspection_item` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `version` smallint(5) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(120) NOT NULL,
  `category` enum('general','key') NOT NULL,
  `method` enum('onsite','written','network','entrusted') NOT NULL,
  `legal_basis` varchar(300) NOT NULL,
  `content` varchar(1000) NOT NULL,
  `retired` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code_version` (`code`,`version`),
  KEY `specialty` (`specialty`),
  CONSTRAINT `inspection_item_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspector` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `card_no` varchar(32) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `name` varchar(60) NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `card_expires_on` date NOT NULL,
  `on_duty` tinyint(1) NOT NULL,
  `max_daily` smallint(5) unsigned NOT NULL,
  `max_total` smallint(5) unsigned NOT NULL,
  `synthetic` tinyint(1) NOT NULL,
  `telephone` varchar(40) NOT NULL DEFAULT '' COMMENT 'for the teams of his visits and the office',
  PRIMARY KEY (`id`),
  UNIQUE KEY `card_no` (`card_no`),
  KEY `department` (`department_id`),
  KEY `card` (`on_duty`,`card_expires_on`),
  CONSTRAINT `inspector_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspector_area` (
  `inspector_id` bigint(20) unsigned NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`inspector_id`,`region_code`),
  KEY `inspector_area_region` (`region_code`),
  CONSTRAINT `inspector_area_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `inspector_area_region` FOREIGN KEY (`region_code`) REFERENCES `region` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspector_draw` (
  `campaign_id` int(10) unsigned NOT NULL,
  `made_at` datetime(3) NOT NULL,
  `window_last` date NOT NULL,
  `working_days` smallint(5) unsigned NOT NULL,
  `inspectors` int(10) unsigned NOT NULL COMMENT 'different ones who were drawn, neighbours included',
  PRIMARY KEY (`campaign_id`),
  CONSTRAINT `inspector_draw_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspector_recusal` (
  `inspector_id` bigint(20) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `reason` varchar(200) NOT NULL,
  `declared_at` datetime(3) DEFAULT NULL,
  `declared_by` bigint(20) unsigned DEFAULT NULL,
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  PRIMARY KEY (`inspector_id`,`subject_id`),
  UNIQUE KEY `id` (`id`),
  KEY `inspector_recusal_subject` (`subject_id`),
  KEY `inspector_recusal_declared_by` (`declared_by`),
  CONSTRAINT `inspector_recusal_declared_by` FOREIGN KEY (`declared_by`) REFERENCES `account` (`id`),
  CONSTRAINT `inspector_recusal_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `inspector_recusal_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `inspector_specialty` (
  `inspector_id` bigint(20) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`inspector_id`,`specialty`),
  KEY `inspector_specialty_specialty` (`specialty`),
  CONSTRAINT `inspector_specialty_inspector` FOREIGN KEY (`inspector_id`) REFERENCES `inspector` (`id`),
  CONSTRAINT `inspector_specialty_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `joint_campaign` (
  `campaign_id` int(10) unsigned NOT NULL,
  `city` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `unannounced` tinyint(1) NOT NULL COMMENT 'its visits share no entry with those that had notice',
  `offered_by` bigint(20) unsigned NOT NULL,
  `offered_at` datetime(3) NOT NULL,
  PRIMARY KEY (`campaign_id`),
  KEY `city` (`city`),
  KEY `joint_campaign_offered_by` (`offered_by`),
  CONSTRAINT `joint_campaign_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `joint_campaign_city` FOREIGN KEY (`city`) REFERENCES `region` (`code`),
  CONSTRAINT `joint_campaign_offered_by` FOREIGN KEY (`offered_by`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `joint_schedule` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `city` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `first_on` date NOT NULL,
  `last_on` date NOT NULL,
  `version` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tasks` int(10) unsigned NOT NULL,
  `separate` int(10) unsigned NOT NULL COMMENT 'visits if each department went for each draw',
  `visits` int(10) unsigned NOT NULL,
  `entries` int(10) unsigned NOT NULL,
  `joined` int(10) unsigned NOT NULL COMMENT 'visits that go with an entry that stood before',
  `undated` int(10) unsigned NOT NULL,
  `moved` int(10) unsigned NOT NULL COMMENT 'visits that had another date before',
  `published_by` bigint(20) unsigned NOT NULL,
  `published_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `city` (`city`,`id`),
  KEY `joint_schedule_published_by` (`published_by`),
  CONSTRAINT `joint_schedule_city` FOREIGN KEY (`city`) REFERENCES `region` (`code`),
  CONSTRAINT `joint_schedule_published_by` FOREIGN KEY (`published_by`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `listing` (
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `list` enum('abnormal','serious') NOT NULL COMMENT '经营异常名录, 严重违法失信名单',
  `listed_on` date NOT NULL,
  `removed_on` date DEFAULT NULL COMMENT 'no longer on the list from this day',
  `authority` varchar(120) NOT NULL,
  `reason` varchar(400) NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  PRIMARY KEY (`code`,`list`,`listed_on`,`department_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `match_part` (
  `campaign_id` int(10) unsigned NOT NULL,
  `name` enum('inspectors','visits','teams','differences') NOT NULL,
  `part` int(10) unsigned NOT NULL,
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`campaign_id`,`name`,`part`),
  CONSTRAINT `match_part_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `objection` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `publication_id` bigint(20) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL COMMENT 'of the publication',
  `receipt_hash` binary(32) NOT NULL,
  `content` varchar(600) NOT NULL,
  `name` varbinary(300) NOT NULL COMMENT 'sealed; so contact; empty, both, once their time of keeping ended',
  `contact` varbinary(300) NOT NULL,
  `received_at` datetime(3) NOT NULL,
  `received_on` date NOT NULL,
  `slot` smallint(5) unsigned NOT NULL,
  `department_slot` smallint(5) unsigned NOT NULL,
  `state` enum('received','examining','upheld','rejected') NOT NULL DEFAULT 'received',
  `examined_by` bigint(20) unsigned DEFAULT NULL,
  `decided_by` bigint(20) unsigned DEFAULT NULL,
  `decided_at` datetime(3) DEFAULT NULL,
  `answer` varchar(400) DEFAULT NULL COMMENT 'masked: whoever has the receipt reads it',
  PRIMARY KEY (`id`),
  UNIQUE KEY `receipt_hash` (`receipt_hash`),
  UNIQUE KEY `day` (`publication_id`,`received_on`,`slot`),
  UNIQUE KEY `department_day` (`department_id`,`received_on`,`department_slot`),
  KEY `department_state` (`department_id`,`state`,`id`),
  KEY `department_received` (`department_id`,`state`,`received_on`,`id`),
  KEY `decided` (`decided_at`),
  KEY `objection_examined_by` (`examined_by`),
  KEY `objection_decided_by` (`decided_by`),
  CONSTRAINT `objection_decided_by` FOREIGN KEY (`decided_by`) REFERENCES `account` (`id`),
  CONSTRAINT `objection_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `objection_examined_by` FOREIGN KEY (`examined_by`) REFERENCES `account` (`id`),
  CONSTRAINT `objection_publication` FOREIGN KEY (`publication_id`) REFERENCES `publication` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `publication_id`,
 NULL AS `department_id`,
 NULL AS `receipt_hash`,
 NULL AS `content`,
 NULL AS `name`,
 NULL AS `contact`,
 NULL AS `received_at`,
 NULL AS `received_on`,
 NULL AS `slot`,
 NULL AS `department_slot` */;
CREATE TABLE `outbox` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `publication_id` bigint(20) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL COMMENT 'of the publication',
  `target` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `action` enum('publish','retract') NOT NULL,
  `version` smallint(5) unsigned NOT NULL DEFAULT 1 COMMENT 'of the publication',
  `message_id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `body` mediumtext NOT NULL,
  `state` enum('ready','uncertain','accepted','rejected','withdrawn') NOT NULL,
  `attempts` int(10) unsigned NOT NULL DEFAULT 0,
  `next_at` datetime(3) NOT NULL,
  `lease_until` datetime(3) DEFAULT NULL COMMENT 'a pusher is at it until then',
  `receipt` varchar(80) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `accepted_at` datetime(3) DEFAULT NULL,
  `last_error` varchar(200) DEFAULT NULL,
  `compare_at` datetime(3) DEFAULT NULL COMMENT 'when its target is asked next what it has of it',
  `compared_at` datetime(3) DEFAULT NULL,
  `difference` enum('missing','receipt') DEFAULT NULL COMMENT 'at the last comparison',
  `difference_at` datetime(3) DEFAULT NULL COMMENT 'since when',
  `shown` varchar(80) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'receipt there',
  PRIMARY KEY (`id`),
  UNIQUE KEY `message_id` (`message_id`),
  UNIQUE KEY `publication_target` (`publication_id`,`target`,`version`,`action`),
  KEY `due` (`target`,`state`,`next_at`),
  KEY `compare` (`target`,`compare_at`),
  KEY `state` (`state`,`publication_id`),
  KEY `department_state` (`department_id`,`state`,`id`),
  KEY `department_difference` (`department_id`,`difference`,`id`),
  CONSTRAINT `outbox_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `outbox_publication` FOREIGN KEY (`publication_id`) REFERENCES `publication` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `password_former` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `account_id` bigint(20) unsigned NOT NULL,
  `password_hash` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`id`),
  KEY `password_former_account` (`account_id`),
  CONSTRAINT `password_former_account` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `password_word` (
  `word` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`word`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `penalty` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `section_id` bigint(20) unsigned NOT NULL,
  `decision_no` varchar(60) NOT NULL,
  `act_type` varchar(200) NOT NULL,
  `content` varchar(1000) NOT NULL,
  `authority` varchar(80) NOT NULL,
  `decided_on` date NOT NULL,
  `entered_by` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `decision_no` (`decision_no`),
  KEY `section` (`section_id`),
  KEY `penalty_entered_by` (`entered_by`),
  CONSTRAINT `penalty_entered_by` FOREIGN KEY (`entered_by`) REFERENCES `account` (`id`),
  CONSTRAINT `penalty_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `plan` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` char(14) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `directory_id` int(10) unsigned NOT NULL,
  `name` varchar(120) NOT NULL,
  `ends_on` date NOT NULL,
  `items` enum('general','key') NOT NULL DEFAULT 'general',
  `state` enum('draft','filed') NOT NULL,
  `table_csv` mediumtext DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `department` (`department_id`),
  KEY `plan_directory` (`directory_id`),
  CONSTRAINT `plan_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `plan_directory` FOREIGN KEY (`directory_id`) REFERENCES `directory` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `plan_quota` (
  `plan_id` int(10) unsigned NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `quota` int(10) unsigned NOT NULL,
  `source` varchar(130) NOT NULL,
  PRIMARY KEY (`plan_id`,`region_code`,`specialty`),
  KEY `plan_quota_region` (`region_code`),
  KEY `plan_quota_specialty` (`specialty`),
  CONSTRAINT `plan_quota_plan` FOREIGN KEY (`plan_id`) REFERENCES `plan` (`id`),
  CONSTRAINT `plan_quota_region` FOREIGN KEY (`region_code`) REFERENCES `region` (`code`),
  CONSTRAINT `plan_quota_specialty` FOREIGN KEY (`specialty`) REFERENCES `specialty` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `id`,
 NULL AS `campaign_id`,
 NULL AS `visit`,
 NULL AS `department`,
 NULL AS `kind`,
 NULL AS `leaver`,
 NULL AS `joiner`,
 NULL AS `source`,
 NULL AS `ticket`,
 NULL AS `made_at` */;
 NULL AS `id`,
 NULL AS `code`,
 NULL AS `name`,
 NULL AS `region_code`,
 NULL AS `department_name`,
 NULL AS `rule`,
 NULL AS `state`,
 NULL AS `redraw_reason`,
 NULL AS `announcement`,
 NULL AS `announced_at`,
 NULL AS `value_at`,
 NULL AS `latest_at`,
 NULL AS `public_value`,
 NULL AS `seed`,
 NULL AS `drawn_at`,
 NULL AS `secret`,
 NULL AS `opened_at`,
 NULL AS `abandoned_at`,
 NULL AS `abandoned_reason`,
 NULL AS `teams_at`,
 NULL AS `closing`,
 NULL AS `closed_at`,
 NULL AS `teams_value`,
 NULL AS `teams_seed`,
 NULL AS `teams_secret`,
 NULL AS `teams_drawn_at`,
 NULL AS `results_open`,
 NULL AS `drawn_open` */;
 NULL AS `campaign_id`,
 NULL AS `name`,
 NULL AS `body` */;
 NULL AS `draw_id`,
 NULL AS `part`,
 NULL AS `body` */;
 NULL AS `code`,
 NULL AS `name` */;
 NULL AS `id`,
 NULL AS `code`,
 NULL AS `campaign_id`,
 NULL AS `plan_code`,
 NULL AS `department_name`,
 NULL AS `frozen_at`,
 NULL AS `snapshot_sha256`,
 NULL AS `snapshot_bytes`,
 NULL AS `snapshot_lines`,
 NULL AS `roster_sha256`,
 NULL AS `roster_bytes`,
 NULL AS `roster_lines`,
 NULL AS `result_sha256`,
 NULL AS `drawn_sha256` */;
 NULL AS `draw_id`,
 NULL AS `stratum`,
 NULL AS `position`,
 NULL AS `subject_code`,
 NULL AS `subject_name`,
 NULL AS `selected`,
 NULL AS `score` */;
 NULL AS `draw_id`,
 NULL AS `stratum`,
 NULL AS `weight`,
 NULL AS `subjects`,
 NULL AS `quota` */;
 NULL AS `draw_id`,
 NULL AS `part`,
 NULL AS `body` */;
 NULL AS `code`,
 NULL AS `version`,
 NULL AS `specialty`,
 NULL AS `specialty_name`,
 NULL AS `name`,
 NULL AS `category`,
 NULL AS `method`,
 NULL AS `legal_basis`,
 NULL AS `content` */;
 NULL AS `campaign_id`,
 NULL AS `later_id`,
 NULL AS `code`,
 NULL AS `state`,
 NULL AS `redraw_reason`,
 NULL AS `announced_at` */;
 NULL AS `campaign_id`,
 NULL AS `name`,
 NULL AS `part`,
 NULL AS `body` */;
 NULL AS `code_hash`,
 NULL AS `visit_id`,
 NULL AS `planned_on`,
 NULL AS `begun`,
 NULL AS `cancelled_from`,
 NULL AS `cancelled_kind`,
 NULL AS `subject_name`,
 NULL AS `campaign_id`,
 NULL AS `campaign_code`,
 NULL AS `campaign_name`,
 NULL AS `lead_name` */;
 NULL AS `code_hash`,
 NULL AS `department_name`,
 NULL AS `name`,
 NULL AS `card_no` */;
 NULL AS `code_hash`,
 NULL AS `department_name`,
 NULL AS `code`,
 NULL AS `name`,
 NULL AS `legal_basis` */;
 NULL AS `code_hash`,
 NULL AS `section_id`,
 NULL AS `campaign_id`,
 NULL AS `department_id` */;
 NULL AS `receipt_hash`,
 NULL AS `publication_id`,
 NULL AS `department_id`,
 NULL AS `department_name`,
 NULL AS `received_at`,
 NULL AS `received_on`,
 NULL AS `slot`,
 NULL AS `department_slot`,
 NULL AS `state`,
 NULL AS `decided_at`,
 NULL AS `answer` */;
 NULL AS `code`,
 NULL AS `name`,
 NULL AS `department_name`,
 NULL AS `ends_on`,
 NULL AS `items`,
 NULL AS `quota` */;
 NULL AS `id`,
 NULL AS `kind`,
 NULL AS `published_at`,
 NULL AS `due_on`,
 NULL AS `subject_code`,
 NULL AS `subject_name`,
 NULL AS `department_id`,
 NULL AS `department_name`,
 NULL AS `telephone`,
 NULL AS `region_code`,
 NULL AS `region_name`,
 NULL AS `checked_on`,
 NULL AS `result_class`,
 NULL AS `payload`,
 NULL AS `payload_hash`,
 NULL AS `search_text`,
 NULL AS `tags`,
 NULL AS `version`,
 NULL AS `corrected_at`,
 NULL AS `corrected_reason` */;
 NULL AS `suffix`,
 NULL AS `publication_id` */;
 NULL AS `code_hash`,
 NULL AS `visit_id`,
 NULL AS `section_id`,
 NULL AS `led`,
 NULL AS `form_hash` */;
 NULL AS `code`,
 NULL AS `name` */;
 NULL AS `draw_id`,
 NULL AS `part`,
 NULL AS `body` */;
 NULL AS `id`,
 NULL AS `kind`,
 NULL AS `department_name`,
 NULL AS `published_at`,
 NULL AS `stopped_at`,
 NULL AS `stopped_cause`,
 NULL AS `stopped_reason` */;
 NULL AS `draw_id`,
 NULL AS `part`,
 NULL AS `body` */;
 NULL AS `draw_id`,
 NULL AS `part`,
 NULL AS `body` */;
 NULL AS `code`,
 NULL AS `name` */;
 NULL AS `id`,
 NULL AS `campaign_id`,
 NULL AS `draw`,
 NULL AS `stratum`,
 NULL AS `subject`,
 NULL AS `substitute`,
 NULL AS `position`,
 NULL AS `made_at`,
 NULL AS `exception`,
 NULL AS `opening`,
 NULL AS `reason` */;
CREATE TABLE `publication` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `section_id` bigint(20) unsigned NOT NULL,
  `kind` enum('inspection','penalty') NOT NULL,
  `penalty_id` bigint(20) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `trigger_on` date NOT NULL,
  `due_on` date NOT NULL,
  `provisional` tinyint(1) NOT NULL COMMENT 'due_on lies in a year without a holiday notice',
  `due_before` date DEFAULT NULL COMMENT 'due_on, before the calendar or a rule changed it last',
  `state` enum('due','published','withheld','retracted') NOT NULL,
  `published_at` datetime(3) DEFAULT NULL,
  `subject_code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `subject_name` varchar(120) DEFAULT NULL,
  `department_name` varchar(80) DEFAULT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `checked_on` date DEFAULT NULL,
  `result_class` enum('no_problem','corrected','penalty','unreachable') DEFAULT NULL,
  `payload` mediumtext DEFAULT NULL,
  `payload_hash` binary(32) DEFAULT NULL,
  `search_text` varchar(160) DEFAULT NULL COMMENT 'name and code, as searches compare them',
  `tags` text CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'specialties, plan and items that it is found by (domain/publish/search)',
  `version` smallint(5) unsigned NOT NULL DEFAULT 1 COMMENT 'that is public, or will be',
  `corrected_at` datetime(3) DEFAULT NULL COMMENT 'when this version took the place of the one before',
  `corrected_reason` varchar(400) DEFAULT NULL,
  `stopped_at` datetime(3) DEFAULT NULL COMMENT 'when it was withheld or retracted, and why',
  `stopped_by` bigint(20) unsigned DEFAULT NULL,
  `stopped_cause` enum('inquiry','dispute','secret','safety','minor','revoked','error','repaired','privacy') DEFAULT NULL,
  `stopped_reason` varchar(400) DEFAULT NULL,
  `look_on` date DEFAULT NULL COMMENT 'when to look again at what is withheld',
  `retract_by` date DEFAULT NULL COMMENT 'until when every platform has to know of the retraction',
  PRIMARY KEY (`id`),
  UNIQUE KEY `source` (`section_id`,`kind`,`penalty_id`),
  KEY `department_state` (`department_id`,`state`,`id`),
  KEY `department_kind` (`department_id`,`state`,`kind`,`id`),
  KEY `department_due` (`department_id`,`state`,`due_on`,`id`),
  KEY `state` (`state`,`id`),
  KEY `published` (`state`,`published_at`),
  KEY `subject_code` (`subject_code`),
  KEY `publication_stopped_by` (`stopped_by`),
  CONSTRAINT `publication_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `publication_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`),
  CONSTRAINT `publication_stopped_by` FOREIGN KEY (`stopped_by`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `publication_suffix` (
  `suffix` varchar(16) NOT NULL,
  `publication_id` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`suffix`,`publication_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `publication_version` (
  `publication_id` bigint(20) unsigned NOT NULL,
  `version` smallint(5) unsigned NOT NULL,
  `published_at` datetime(3) NOT NULL,
  `published_by` bigint(20) unsigned NOT NULL,
  `reason` varchar(400) DEFAULT NULL COMMENT 'of the correction; none of the first',
  `payload` mediumtext NOT NULL,
  `payload_hash` binary(32) NOT NULL,
  PRIMARY KEY (`publication_id`,`version`),
  KEY `publication_version_by` (`published_by`),
  CONSTRAINT `publication_version_by` FOREIGN KEY (`published_by`) REFERENCES `account` (`id`),
  CONSTRAINT `publication_version_of` FOREIGN KEY (`publication_id`) REFERENCES `publication` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `publication_wish` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `publication_id` bigint(20) unsigned NOT NULL,
  `text` varchar(200) NOT NULL,
  `state` enum('covered','asked','shown') NOT NULL,
  `reason` varchar(400) NOT NULL,
  `made_by` bigint(20) unsigned NOT NULL,
  `made_at` datetime(3) NOT NULL,
  `agreed_by` bigint(20) unsigned DEFAULT NULL,
  `agreed_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `publication_text` (`publication_id`,`text`),
  KEY `publication_wish_by` (`made_by`),
  KEY `publication_wish_agreed` (`agreed_by`),
  CONSTRAINT `publication_wish_agreed` FOREIGN KEY (`agreed_by`) REFERENCES `account` (`id`),
  CONSTRAINT `publication_wish_by` FOREIGN KEY (`made_by`) REFERENCES `account` (`id`),
  CONSTRAINT `publication_wish_of` FOREIGN KEY (`publication_id`) REFERENCES `publication` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `section_id`,
 NULL AS `campaign_id`,
 NULL AS `department_id`,
 NULL AS `form_hash`,
 NULL AS `lawful`,
 NULL AS `burden`,
 NULL AS `conduct`,
 NULL AS `guidance`,
 NULL AS `leads`,
 NULL AS `content`,
 NULL AS `rated_in` */;
 NULL AS `id`,
 NULL AS `campaign_id`,
 NULL AS `department_id`,
 NULL AS `lawful`,
 NULL AS `burden`,
 NULL AS `conduct`,
 NULL AS `guidance`,
 NULL AS `leads`,
 NULL AS `content`,
 NULL AS `rated_in`,
 NULL AS `mark` */;
CREATE TABLE `record_change` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `import_id` bigint(20) unsigned NOT NULL,
  `kind` enum('subject','inspector','item') NOT NULL,
  `code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'or number of the card',
  `act` enum('created','changed','joined','left') NOT NULL,
  `changes` text NOT NULL COMMENT 'JSON: [[field, before, after], …]',
  PRIMARY KEY (`id`),
  KEY `record` (`kind`,`code`,`id`),
  KEY `record_change_import` (`import_id`),
  CONSTRAINT `record_change_import` FOREIGN KEY (`import_id`) REFERENCES `import` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `region` (
  `code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(60) NOT NULL,
  `parent` char(6) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `level` enum('city','district') NOT NULL,
  PRIMARY KEY (`code`),
  KEY `region_parent` (`parent`),
  CONSTRAINT `region_parent` FOREIGN KEY (`parent`) REFERENCES `region` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `report` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `kind` enum('bulletin','weekly','monthly','midyear','annual','special') NOT NULL,
  `campaign_id` int(10) unsigned DEFAULT NULL COMMENT 'of a bulletin, which its first department issues',
  `department_id` int(10) unsigned DEFAULT NULL COMMENT 'that issued it, of all others',
  `number` int(10) unsigned NOT NULL COMMENT 'of the bulletins of a campaign; else by the period: 202648 is a week',
  `title` varchar(120) NOT NULL,
  `note` varchar(2000) NOT NULL,
  `starts_on` date DEFAULT NULL COMMENT 'the period; NULL of a bulletin',
  `ends_on` date DEFAULT NULL,
  `as_of` date NOT NULL COMMENT 'of the sums',
  `figures` mediumtext NOT NULL,
  `digest` binary(32) NOT NULL,
  `issued_by` bigint(20) unsigned NOT NULL,
  `issued_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `campaign_number` (`campaign_id`,`number`),
  UNIQUE KEY `department_number` (`department_id`,`kind`,`number`),
  KEY `report_issued_by` (`issued_by`),
  CONSTRAINT `report_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `report_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `report_issued_by` FOREIGN KEY (`issued_by`) REFERENCES `account` (`id`),
  CONSTRAINT `report_of` CHECK (`kind` = 'bulletin' = (`campaign_id` is not null) and `kind` = 'bulletin' = (`department_id` is null))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `result_code` (
  `code` varchar(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(80) NOT NULL,
  `result_class` enum('no_problem','corrected','penalty','unreachable') DEFAULT NULL,
  PRIMARY KEY (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `result_part` (
  `draw_id` int(10) unsigned NOT NULL,
  `part` int(10) unsigned NOT NULL,
  `selected` int(10) unsigned NOT NULL COMMENT 'lines of that kind in this piece …',
  `reserves` int(10) unsigned NOT NULL COMMENT '… and of the other',
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`draw_id`,`part`),
  CONSTRAINT `result_part_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `roster_change` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `campaign_id` int(10) unsigned NOT NULL,
  `card_no` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `field` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `used` text CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `cause` enum('declared','left','absent','card','duty','correction') NOT NULL,
  `reason` varchar(200) NOT NULL,
  `said_by` bigint(20) unsigned DEFAULT NULL COMMENT 'NULL: a recusal that nobody here declared',
  `said_at` datetime(3) NOT NULL,
  `approved_by` bigint(20) unsigned DEFAULT NULL,
  `approved_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `campaign` (`campaign_id`,`id`),
  KEY `roster_change_said_by` (`said_by`),
  KEY `roster_change_approved_by` (`approved_by`),
  CONSTRAINT `roster_change_approved_by` FOREIGN KEY (`approved_by`) REFERENCES `account` (`id`),
  CONSTRAINT `roster_change_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `roster_change_said_by` FOREIGN KEY (`said_by`) REFERENCES `account` (`id`),
  CONSTRAINT `roster_change_approved` CHECK (`approved_by` is null = (`approved_at` is null) and (`approved_by` is null or `said_by` is null or `approved_by` <> `said_by`))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
 NULL AS `id`,
 NULL AS `campaign_id`,
 NULL AS `card_no`,
 NULL AS `field`,
 NULL AS `used`,
 NULL AS `said_by`,
 NULL AS `approved_by`,
 NULL AS `approved_at` */;
 NULL AS `id`,
 NULL AS `campaign_id`,
 NULL AS `card_no`,
 NULL AS `field`,
 NULL AS `used`,
 NULL AS `said_by`,
 NULL AS `approved_by`,
 NULL AS `approved_at` */;
CREATE TABLE `roster_part` (
  `draw_id` int(10) unsigned NOT NULL,
  `part` int(10) unsigned NOT NULL,
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`draw_id`,`part`),
  CONSTRAINT `roster_part_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `rule` (
  `name` varchar(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `region` varchar(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `effective_from` date NOT NULL,
  `value` int(11) NOT NULL,
  `source` varchar(120) NOT NULL,
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  PRIMARY KEY (`name`,`region`,`effective_from`),
  UNIQUE KEY `id` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `schema_file` (
  `name` varchar(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `done` smallint(5) unsigned NOT NULL COMMENT 'statements that are known to have ended',
  `begun` tinyint(1) NOT NULL COMMENT 'the next one was begun, and may have ended',
  `applied_at` datetime(3) DEFAULT NULL COMMENT 'NULL: begun, and not known to have ended',
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `section` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `visit_id` bigint(20) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `state` enum('open','signed','returned','accepted') NOT NULL,
  `version` int(10) unsigned NOT NULL DEFAULT 0,
  `field_versions` varchar(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  `arrived_at` datetime(3) DEFAULT NULL,
  `left_at` datetime(3) DEFAULT NULL,
  `checked_on` date DEFAULT NULL COMMENT 'the day of the check as a reviewer decided, where the times cannot be true',
  `note` varchar(2000) DEFAULT NULL,
  `conflicts` smallint(5) unsigned NOT NULL DEFAULT 0 COMMENT 'unresolved, of the whole section',
  `result_class` enum('no_problem','corrected','penalty','unreachable') DEFAULT NULL,
  `signed_by` bigint(20) unsigned DEFAULT NULL,
  `signed_at` datetime(3) DEFAULT NULL,
  `reviewed_by` bigint(20) unsigned DEFAULT NULL,
  `reviewed_at` datetime(3) DEFAULT NULL,
  `review_reason` varchar(400) DEFAULT NULL,
  `opinion` varchar(2000) DEFAULT NULL,
  `statement` varchar(2000) DEFAULT NULL COMMENT 'what the enterprise says to it',
  `attendance_reason` varchar(200) DEFAULT NULL COMMENT 'why fewer inspectors attended (R33)',
  `attended` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  `code_state` enum('none','seen','missing','explained') NOT NULL DEFAULT 'none' COMMENT 'whether who arrived had the code of the door; missing: an alert, unless another section of the entry has it',
  `code_reason` varchar(400) DEFAULT NULL COMMENT 'by the office, of the explained',
  `code_explained_by` bigint(20) unsigned DEFAULT NULL,
  `code_explained_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `visit_department` (`visit_id`,`department_id`),
  KEY `department_state` (`department_id`,`state`,`id`),
  KEY `department_code` (`department_id`,`code_state`,`id`),
  KEY `section_code_explained_by` (`code_explained_by`),
  KEY `section_signed_by` (`signed_by`),
  KEY `section_reviewed_by` (`reviewed_by`),
  CONSTRAINT `section_code_explained_by` FOREIGN KEY (`code_explained_by`) REFERENCES `account` (`id`),
  CONSTRAINT `section_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `section_reviewed_by` FOREIGN KEY (`reviewed_by`) REFERENCES `account` (`id`),
  CONSTRAINT `section_signed_by` FOREIGN KEY (`signed_by`) REFERENCES `inspector` (`id`),
  CONSTRAINT `section_visit` FOREIGN KEY (`visit_id`) REFERENCES `visit` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `session` (
  `token_hash` binary(32) NOT NULL,
  `account_id` bigint(20) unsigned NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `expires_at` datetime(3) NOT NULL COMMENT 'at the latest',
  `ends_at` datetime(3) NOT NULL COMMENT 'if nobody uses it until then',
  `remote` varchar(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`token_hash`),
  KEY `account` (`account_id`),
  KEY `ends` (`ends_at`),
  CONSTRAINT `session_account` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `sign_in` (
  `login` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `source` varchar(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `failures` int(10) unsigned NOT NULL DEFAULT 0,
  `locks` int(10) unsigned NOT NULL DEFAULT 0,
  `locked_until` datetime(3) DEFAULT NULL,
  `last_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`login`,`source`),
  KEY `last_at` (`last_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `snapshot_part` (
  `draw_id` int(10) unsigned NOT NULL,
  `part` int(10) unsigned NOT NULL,
  `body` mediumblob NOT NULL,
  PRIMARY KEY (`draw_id`,`part`),
  CONSTRAINT `snapshot_part_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `specialty` (
  `code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(60) NOT NULL,
  `department_kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `protected` tinyint(1) NOT NULL,
  `position` smallint(5) unsigned NOT NULL,
  PRIMARY KEY (`code`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `subject` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `code_flagged` tinyint(1) NOT NULL,
  `name` varchar(120) NOT NULL,
  `type` varchar(40) NOT NULL,
  `address` varchar(200) NOT NULL,
  `region_code` char(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `lon` double DEFAULT NULL,
  `lat` double DEFAULT NULL,
  `state` enum('open','closed') NOT NULL,
  `credit_class` enum('A','B','C','D') NOT NULL,
  `is_key` tinyint(1) NOT NULL,
  `complaints` smallint(5) unsigned NOT NULL,
  `verified_on` date NOT NULL,
  `synthetic` tinyint(1) NOT NULL,
  `licence` varchar(60) NOT NULL DEFAULT '' COMMENT 'as printed, or of registration',
  `merged_into` bigint(20) unsigned DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `region` (`region_code`),
  KEY `name` (`name`),
  KEY `state` (`state`),
  KEY `credit_class` (`credit_class`),
  KEY `is_key` (`is_key`),
  KEY `code_flagged` (`code_flagged`),
  KEY `verified_on` (`verified_on`),
  KEY `subject_merged` (`merged_into`),
  CONSTRAINT `subject_merged` FOREIGN KEY (`merged_into`) REFERENCES `subject` (`id`),
  CONSTRAINT `subject_region` FOREIGN KEY (`region_code`) REFERENCES `region` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `subject_change` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `subject_id` bigint(20) unsigned NOT NULL,
  `for_id` int(10) unsigned NOT NULL,
  `by_id` int(10) unsigned NOT NULL,
  `fact` enum('region','state','credit_class','key','complaints','abnormal','serious','entry') NOT NULL,
  `before_it` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `after_it` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `changed_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `lately` (`for_id`,`changed_at`),
  KEY `subject` (`subject_id`),
  CONSTRAINT `subject_change_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `subject_person` (
  `digest` binary(32) NOT NULL,
  `code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`digest`),
  UNIQUE KEY `code` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `subject_proposal` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `subject_id` bigint(20) unsigned NOT NULL,
  `by_id` int(10) unsigned NOT NULL,
  `to_id` int(10) unsigned NOT NULL,
  `fact` enum('name','type','address','region','location','state','credit_class','key','complaints','abnormal','serious','former') NOT NULL,
  `value` varchar(200) NOT NULL COMMENT 'former: the code into which it would be merged',
  `verified_on` date NOT NULL,
  `state` enum('open','accepted','declined','withdrawn') NOT NULL,
  `made_at` datetime(3) NOT NULL,
  `decided_at` datetime(3) DEFAULT NULL,
  `decided_by` bigint(20) unsigned DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `said` (`subject_id`,`by_id`,`to_id`,`fact`),
  KEY `received` (`to_id`,`state`),
  KEY `received_all` (`to_id`),
  KEY `made` (`by_id`,`state`),
  KEY `made_all` (`by_id`),
  CONSTRAINT `subject_proposal_by` FOREIGN KEY (`by_id`) REFERENCES `department` (`id`),
  CONSTRAINT `subject_proposal_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`),
  CONSTRAINT `subject_proposal_to` FOREIGN KEY (`to_id`) REFERENCES `department` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `subject_word` (
  `department_id` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `state` enum('open','closed') NOT NULL,
  `credit_class` enum('A','B','C','D') NOT NULL,
  `is_key` tinyint(1) NOT NULL,
  `complaints` smallint(5) unsigned NOT NULL,
  `verified_on` date NOT NULL,
  PRIMARY KEY (`department_id`,`subject_id`),
  KEY `subject` (`subject_id`),
  CONSTRAINT `subject_word_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `subject_word_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `substitute` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `draw_id` int(10) unsigned NOT NULL,
  `stratum` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `substitute_id` bigint(20) unsigned NOT NULL,
  `position` int(10) unsigned NOT NULL COMMENT 'of the reserve in its stratum',
  `opening` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of its digest among those drawn',
  `exception` tinyint(1) NOT NULL COMMENT 'beyond the limit, approved all the same',
  `reason` varchar(200) NOT NULL,
  `made_by` bigint(20) unsigned NOT NULL,
  `approved_by` bigint(20) unsigned NOT NULL,
  `made_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `subject` (`draw_id`,`stratum`,`subject_id`),
  UNIQUE KEY `substitute` (`draw_id`,`stratum`,`substitute_id`),
  KEY `substitute_subject` (`subject_id`),
  KEY `substitute_substitute` (`substitute_id`),
  KEY `substitute_made_by` (`made_by`),
  KEY `substitute_approved_by` (`approved_by`),
  CONSTRAINT `substitute_approved_by` FOREIGN KEY (`approved_by`) REFERENCES `account` (`id`),
  CONSTRAINT `substitute_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`),
  CONSTRAINT `substitute_made_by` FOREIGN KEY (`made_by`) REFERENCES `account` (`id`),
  CONSTRAINT `substitute_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`),
  CONSTRAINT `substitute_substitute` FOREIGN KEY (`substitute_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `substitute_request` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `draw_id` int(10) unsigned NOT NULL,
  `stratum` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `reason` varchar(200) NOT NULL,
  `state` enum('requested','approved','refused') NOT NULL,
  `requested_by` bigint(20) unsigned NOT NULL,
  `requested_at` datetime(3) NOT NULL,
  `decided_by` bigint(20) unsigned DEFAULT NULL,
  `decided_at` datetime(3) DEFAULT NULL,
  `decision_reason` varchar(200) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `draw` (`draw_id`,`state`,`id`),
  KEY `substitute_request_subject` (`subject_id`),
  KEY `substitute_request_requested_by` (`requested_by`),
  KEY `substitute_request_decided_by` (`decided_by`),
  CONSTRAINT `substitute_request_decided_by` FOREIGN KEY (`decided_by`) REFERENCES `account` (`id`),
  CONSTRAINT `substitute_request_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`),
  CONSTRAINT `substitute_request_requested_by` FOREIGN KEY (`requested_by`) REFERENCES `account` (`id`),
  CONSTRAINT `substitute_request_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `sync_conflict` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `section_id` bigint(20) unsigned NOT NULL,
  `entity` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `entity_id` bigint(20) unsigned NOT NULL,
  `field` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `kept` varchar(2000) DEFAULT NULL,
  `other` varchar(2000) DEFAULT NULL,
  `op_id` binary(16) NOT NULL,
  `device_id` bigint(20) unsigned NOT NULL,
  `counter` bigint(20) unsigned NOT NULL COMMENT 'of that operation',
  `version` int(10) unsigned NOT NULL COMMENT 'of the record, from which on the conflict is to be seen',
  `at` datetime(3) NOT NULL,
  `resolved_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `op_field` (`op_id`,`field`),
  KEY `section` (`section_id`,`resolved_at`),
  CONSTRAINT `sync_conflict_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `sync_epoch` (
  `id` tinyint(3) unsigned NOT NULL,
  `epoch` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `shared` bigint(20) unsigned NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `sync_op` (
  `op_id` binary(16) NOT NULL,
  `device_id` bigint(20) unsigned NOT NULL,
  `counter` bigint(20) unsigned NOT NULL,
  `body_hash` binary(32) NOT NULL,
  `outcome` enum('applied','merged','conflict','deferred','rejected') NOT NULL,
  `result` text NOT NULL COMMENT 'the outcome object as it was sent',
  `body` mediumtext DEFAULT NULL COMMENT 'kept for the desk when it was not simply applied',
  `at` datetime(3) NOT NULL,
  PRIMARY KEY (`op_id`),
  UNIQUE KEY `device_counter` (`device_id`,`counter`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `task` (
  `draw_id` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `specialty` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `section_id` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`draw_id`,`subject_id`,`specialty`),
  KEY `section` (`section_id`),
  KEY `task_subject` (`subject_id`),
  CONSTRAINT `task_draw` FOREIGN KEY (`draw_id`) REFERENCES `draw` (`id`),
  CONSTRAINT `task_section` FOREIGN KEY (`section_id`) REFERENCES `section` (`id`),
  CONSTRAINT `task_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `visit` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(56) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `campaign_id` int(10) unsigned NOT NULL,
  `subject_id` bigint(20) unsigned NOT NULL,
  `lead_department_id` int(10) unsigned NOT NULL,
  `planned_on` date DEFAULT NULL,
  `state` enum('planned','dispatched') NOT NULL,
  `dispatched_at` datetime(3) DEFAULT NULL,
  `unannounced` tinyint(1) NOT NULL DEFAULT 0 COMMENT 'as its campaign was at the dispatch: what the campaign does later tells no enterprise before',
  `door_code` char(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of the entry',
  `former_door_code` char(8) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'before it was moved when dispatched: phones that have not heard of it bring this one',
  `joint_id` bigint(20) unsigned DEFAULT NULL COMMENT 'NULL: its own id; that visit may be gone',
  `pinned` tinyint(1) NOT NULL DEFAULT 0 COMMENT 'its day was decided by hand: schedules keep it',
  `cancelled_from` date DEFAULT NULL COMMENT 'the day that was taken from it, until it has another one',
  `cancelled_kind` enum('subject','team','force','other') DEFAULT NULL COMMENT 'why, as the enterprise may read it',
  `cancelled_reason` varchar(200) DEFAULT NULL,
  `version` int(10) unsigned NOT NULL DEFAULT 1 COMMENT 'of its day; who changes it names what he saw',
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  UNIQUE KEY `campaign_subject` (`campaign_id`,`subject_id`),
  KEY `planned` (`planned_on`,`state`),
  KEY `cancelled` (`cancelled_from`),
  KEY `joint` (`joint_id`),
  KEY `visit_subject` (`subject_id`),
  KEY `visit_lead` (`lead_department_id`),
  CONSTRAINT `visit_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `visit_lead` FOREIGN KEY (`lead_department_id`) REFERENCES `department` (`id`),
  CONSTRAINT `visit_subject` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `visit_notice` (
  `code_hash` binary(32) NOT NULL,
  `entry` bigint(20) unsigned NOT NULL COMMENT 'as visit.joint_id',
  `issued_by` bigint(20) unsigned NOT NULL,
  `issued_at` datetime(3) NOT NULL,
  `kept` tinyint(1) NOT NULL DEFAULT 0 COMMENT 'its day had come once: another paper does not end it',
  PRIMARY KEY (`code_hash`),
  KEY `entry` (`entry`,`issued_by`),
  KEY `visit_notice_issued_by` (`issued_by`),
  CONSTRAINT `visit_notice_issued_by` FOREIGN KEY (`issued_by`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `visit_rating` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `section_id` bigint(20) unsigned NOT NULL,
  `campaign_id` int(10) unsigned NOT NULL,
  `department_id` int(10) unsigned NOT NULL,
  `form_hash` binary(32) NOT NULL COMMENT 'of the form, which may be sent twice',
  `lawful` tinyint(3) unsigned NOT NULL,
  `burden` tinyint(3) unsigned NOT NULL,
  `conduct` tinyint(3) unsigned NOT NULL,
  `guidance` tinyint(3) unsigned NOT NULL,
  `leads` tinyint(1) NOT NULL COMMENT 'of the lead department, of the first visit of the entry',
  `content` varchar(600) NOT NULL COMMENT 'empty in those that do not lead',
  `rated_in` char(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the month',
  `mark` bigint(20) unsigned NOT NULL DEFAULT conv(hex(random_bytes(7)),16,10),
  PRIMARY KEY (`id`),
  UNIQUE KEY `section_id` (`section_id`),
  UNIQUE KEY `department` (`department_id`,`leads`,`rated_in`,`mark`),
  KEY `campaign_department` (`campaign_id`,`department_id`,`id`),
  CONSTRAINT `visit_rating_campaign` FOREIGN KEY (`campaign_id`) REFERENCES `campaign` (`id`),
  CONSTRAINT `visit_rating_department` FOREIGN KEY (`department_id`) REFERENCES `department` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE `visit_turn` (
  `id` tinyint(3) unsigned NOT NULL,
  `taken` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
VIEW audit_chain_own AS select `liancha`.`audit_chain`.`chain` AS `chain`,`liancha`.`audit_chain`.`seq` AS `seq`,`liancha`.`audit_chain`.`hash` AS `hash` from `liancha`.`audit_chain` where case substring_index(user(),'@',1) when 'liancha_planner' then `liancha`.`audit_chain`.`chain` like 'dept:%' or `liancha`.`audit_chain`.`chain` = 'planner' when 'liancha_mobile' then `liancha`.`audit_chain`.`chain` like 'device:%' or `liancha`.`audit_chain`.`chain` = 'mobile' when 'liancha_pushd' then `liancha`.`audit_chain`.`chain` = 'pushd' when 'liancha_draw' then `liancha`.`audit_chain`.`chain` = 'draw' when 'liancha_admin' then `liancha`.`audit_chain`.`chain` = 'admin' else 1 end
VIEW audit_event_own AS select `liancha`.`audit_event`.`chain` AS `chain`,`liancha`.`audit_event`.`seq` AS `seq`,`liancha`.`audit_event`.`at` AS `at`,`liancha`.`audit_event`.`actor` AS `actor`,`liancha`.`audit_event`.`remote` AS `remote`,`liancha`.`audit_event`.`request_id` AS `request_id`,`liancha`.`audit_event`.`action` AS `action`,`liancha`.`audit_event`.`target` AS `target`,`liancha`.`audit_event`.`detail` AS `detail`,`liancha`.`audit_event`.`prev_hash` AS `prev_hash`,`liancha`.`audit_event`.`hash` AS `hash` from `liancha`.`audit_event` where case substring_index(user(),'@',1) when 'liancha_planner' then `liancha`.`audit_event`.`chain` like 'dept:%' or `liancha`.`audit_event`.`chain` = 'planner' when 'liancha_mobile' then `liancha`.`audit_event`.`chain` like 'device:%' or `liancha`.`audit_event`.`chain` = 'mobile' when 'liancha_pushd' then `liancha`.`audit_event`.`chain` = 'pushd' when 'liancha_draw' then `liancha`.`audit_event`.`chain` = 'draw' when 'liancha_admin' then `liancha`.`audit_event`.`chain` = 'admin' else 1 end
VIEW campaign_announced AS select `liancha`.`campaign`.`id` AS `id`,`liancha`.`campaign`.`state` AS `state`,`liancha`.`campaign`.`public_value` AS `public_value`,`liancha`.`campaign`.`seed` AS `seed`,`liancha`.`campaign`.`drawn_at` AS `drawn_at`,`liancha`.`campaign`.`secret` AS `secret`,`liancha`.`campaign`.`opened_at` AS `opened_at`,`liancha`.`campaign`.`abandoned_at` AS `abandoned_at`,`liancha`.`campaign`.`abandoned_reason` AS `abandoned_reason` from `liancha`.`campaign` where `liancha`.`campaign`.`state` = 'announced'
VIEW campaign_closed AS select `liancha`.`campaign`.`id` AS `id`,`liancha`.`campaign`.`teams_value` AS `teams_value`,`liancha`.`campaign`.`teams_seed` AS `teams_seed`,`liancha`.`campaign`.`teams_secret` AS `teams_secret`,`liancha`.`campaign`.`teams_drawn_at` AS `teams_drawn_at` from `liancha`.`campaign` where `liancha`.`campaign`.`closing` is not null and `liancha`.`campaign`.`teams_seed` is null
VIEW campaign_drawn AS select `liancha`.`campaign`.`id` AS `id`,`liancha`.`campaign`.`closing` AS `closing`,`liancha`.`campaign`.`closed_at` AS `closed_at` from `liancha`.`campaign` where `liancha`.`campaign`.`state` = 'drawn' and `liancha`.`campaign`.`closing` is null
VIEW campaign_open AS select `liancha`.`campaign`.`id` AS `id`,`liancha`.`campaign`.`state` AS `state`,`liancha`.`campaign`.`announcement` AS `announcement`,`liancha`.`campaign`.`announced_at` AS `announced_at`,`liancha`.`campaign`.`value_at` AS `value_at`,`liancha`.`campaign`.`latest_at` AS `latest_at`,`liancha`.`campaign`.`teams_at` AS `teams_at`,`liancha`.`campaign`.`publish` AS `publish`,`liancha`.`campaign`.`public_by` AS `public_by`,`liancha`.`campaign`.`abandoned_at` AS `abandoned_at`,`liancha`.`campaign`.`abandoned_reason` AS `abandoned_reason` from `liancha`.`campaign` where `liancha`.`campaign`.`state` = 'open'
VIEW campaign_publishable AS select `c`.`id` AS `id`,`c`.`results_public_at` AS `results_public_at` from `liancha`.`campaign` `c` where `c`.`results_public_at` is null and (`c`.`state` = 'void' or `c`.`state` = 'drawn' and (`c`.`publish` = 'open' or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by` or `c`.`teams_seed` is not null and exists(select 1 from `liancha`.`visit` `v` where `v`.`campaign_id` = `c`.`id` limit 1) and !exists(select 1 from (`liancha`.`visit` `v` join `liancha`.`section` `s` on(`s`.`visit_id` = `v`.`id`)) where `v`.`campaign_id` = `c`.`id` and `s`.`state` <> 'accepted' limit 1)))
VIEW campaign_visited AS select `c`.`id` AS `id`,`c`.`teams_public_at` AS `teams_public_at` from `liancha`.`campaign` `c` where `c`.`state` = 'drawn' and `c`.`teams_public_at` is null and (cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by` or `c`.`teams_seed` is not null and exists(select 1 from `liancha`.`visit` `v` where `v`.`campaign_id` = `c`.`id` limit 1) and !exists(select 1 from (`liancha`.`visit` `v` join `liancha`.`section` `s` on(`s`.`visit_id` = `v`.`id`)) where `v`.`campaign_id` = `c`.`id` and `s`.`state` <> 'accepted' limit 1))
VIEW campaign_void AS select `liancha`.`campaign`.`id` AS `id`,`liancha`.`campaign`.`public_value` AS `public_value`,`liancha`.`campaign`.`seed` AS `seed`,`liancha`.`campaign`.`drawn_at` AS `drawn_at` from `liancha`.`campaign` where `liancha`.`campaign`.`state` = 'void' and `liancha`.`campaign`.`seed` is null
VIEW draw_open AS select `liancha`.`draw`.`id` AS `id`,`liancha`.`draw`.`state` AS `state`,`liancha`.`draw`.`frozen_at` AS `frozen_at`,`liancha`.`draw`.`snapshot_sha256` AS `snapshot_sha256`,`liancha`.`draw`.`snapshot_bytes` AS `snapshot_bytes`,`liancha`.`draw`.`snapshot_lines` AS `snapshot_lines` from `liancha`.`draw` where `liancha`.`draw`.`state` = 'open' and `liancha`.`draw`.`withdrawn_at` is null
VIEW draw_undrawn AS select `w`.`id` AS `id`,`w`.`result_sha256` AS `result_sha256`,`w`.`drawn_sha256` AS `drawn_sha256` from `liancha`.`draw` `w` where `w`.`result_sha256` is null and exists(select 1 from `liancha`.`campaign` `c` where `c`.`id` = `w`.`campaign_id` and `c`.`seed` is not null limit 1)
VIEW draw_unrostered AS select `liancha`.`draw`.`id` AS `id`,`liancha`.`draw`.`roster_sha256` AS `roster_sha256`,`liancha`.`draw`.`roster_bytes` AS `roster_bytes`,`liancha`.`draw`.`roster_lines` AS `roster_lines` from `liancha`.`draw` where `liancha`.`draw`.`roster_sha256` is null
VIEW draw_withdrawable AS select `w`.`id` AS `id`,`w`.`campaign_id` AS `campaign_id`,`w`.`withdrawn_at` AS `withdrawn_at`,`w`.`withdrawn_reason` AS `withdrawn_reason` from `liancha`.`draw` `w` where `w`.`withdrawn_at` is null and exists(select 1 from `liancha`.`campaign` `c` where `c`.`id` = `w`.`campaign_id` and `c`.`state` = 'open' limit 1)
VIEW objection_entry AS select `liancha`.`objection`.`publication_id` AS `publication_id`,`liancha`.`objection`.`department_id` AS `department_id`,`liancha`.`objection`.`receipt_hash` AS `receipt_hash`,`liancha`.`objection`.`content` AS `content`,`liancha`.`objection`.`name` AS `name`,`liancha`.`objection`.`contact` AS `contact`,`liancha`.`objection`.`received_at` AS `received_at`,`liancha`.`objection`.`received_on` AS `received_on`,`liancha`.`objection`.`slot` AS `slot`,`liancha`.`objection`.`department_slot` AS `department_slot` from `liancha`.`objection` where `liancha`.`objection`.`state` = 'received' and `liancha`.`objection`.`slot` between 1 and 10 and `liancha`.`objection`.`department_slot` between 1 and 200 and `liancha`.`objection`.`received_on` = cast(`liancha`.`objection`.`received_at` + interval 8 hour as date) and abs(timestampdiff(SECOND,`liancha`.`objection`.`received_at`,'1970-01-01' + interval unix_timestamp(sysdate(3)) second)) <= 600 and `liancha`.`objection`.`department_id` = (select `p`.`department_id` from `liancha`.`publication` `p` where `p`.`id` = `liancha`.`objection`.`publication_id` and `p`.`state` = 'published')
VIEW public_adjustment AS select `a`.`id` AS `id`,`a`.`campaign_id` AS `campaign_id`,`a`.`visit` AS `visit`,`d`.`code` AS `department`,`a`.`kind` AS `kind`,`l`.`card_no` AS `leaver`,`j`.`card_no` AS `joiner`,`a`.`source` AS `source`,`a`.`ticket` AS `ticket`,coalesce(`a`.`decided_at`,`a`.`requested_at`) AS `made_at` from ((((`liancha`.`adjustment` `a` join `liancha`.`campaign` `c` on(`c`.`id` = `a`.`campaign_id`)) join `liancha`.`department` `d` on(`d`.`id` = `a`.`department_id`)) left join `liancha`.`inspector` `l` on(`l`.`id` = `a`.`leaver_id`)) left join `liancha`.`inspector` `j` on(`j`.`id` = `a`.`joiner_id`)) where `c`.`state` = 'drawn' and `a`.`state` = 'approved' and (`c`.`teams_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`)
VIEW public_campaign AS select `p`.`id` AS `id`,`p`.`code` AS `code`,`p`.`name` AS `name`,`p`.`region_code` AS `region_code`,`d`.`name` AS `department_name`,`p`.`rule` AS `rule`,`p`.`state` AS `state`,`p`.`redraw_reason` AS `redraw_reason`,`p`.`announcement` AS `announcement`,`p`.`announced_at` AS `announced_at`,`p`.`value_at` AS `value_at`,`p`.`latest_at` AS `latest_at`,`p`.`public_value` AS `public_value`,if(`p`.`results_open`,`p`.`seed`,NULL) AS `seed`,`p`.`drawn_at` AS `drawn_at`,if(`p`.`results_open`,`p`.`secret`,NULL) AS `secret`,`p`.`opened_at` AS `opened_at`,`p`.`abandoned_at` AS `abandoned_at`,`p`.`abandoned_reason` AS `abandoned_reason`,`p`.`teams_at` AS `teams_at`,`p`.`closing` AS `closing`,`p`.`closed_at` AS `closed_at`,`p`.`teams_value` AS `teams_value`,if(`p`.`teams_open`,`p`.`teams_seed`,NULL) AS `teams_seed`,if(`p`.`teams_open`,`p`.`teams_secret`,NULL) AS `teams_secret`,`p`.`teams_drawn_at` AS `teams_drawn_at`,`p`.`results_open` AS `results_open`,`p`.`results_open` <> 0 or coalesce(`p`.`state` = 'drawn' and `p`.`publish` = 'once',0) AS `drawn_open` from ((select `c`.`id` AS `id`,`c`.`code` AS `code`,`c`.`name` AS `name`,`c`.`region_code` AS `region_code`,`c`.`department_id` AS `department_id`,`c`.`rule` AS `rule`,`c`.`redraw_reason` AS `redraw_reason`,`c`.`state` AS `state`,`c`.`announcement` AS `announcement`,`c`.`announced_at` AS `announced_at`,`c`.`value_at` AS `value_at`,`c`.`latest_at` AS `latest_at`,`c`.`public_value` AS `public_value`,`c`.`seed` AS `seed`,`c`.`drawn_at` AS `drawn_at`,`c`.`secret` AS `secret`,`c`.`opened_at` AS `opened_at`,`c`.`abandoned_at` AS `abandoned_at`,`c`.`abandoned_reason` AS `abandoned_reason`,`c`.`teams_at` AS `teams_at`,`c`.`closing` AS `closing`,`c`.`closed_at` AS `closed_at`,`c`.`teams_value` AS `teams_value`,`c`.`teams_seed` AS `teams_seed`,`c`.`teams_secret` AS `teams_secret`,`c`.`teams_drawn_at` AS `teams_drawn_at`,`c`.`publish` AS `publish`,`c`.`public_by` AS `public_by`,`c`.`results_public_at` AS `results_public_at`,`c`.`teams_public_at` AS `teams_public_at`,`c`.`guard` AS `guard`,coalesce(`c`.`results_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`,0) AS `results_open`,coalesce(`c`.`teams_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`,0) AS `teams_open` from `liancha`.`campaign` `c`) `p` join `liancha`.`department` `d` on(`d`.`id` = `p`.`department_id`)) where `p`.`state` <> 'open'
VIEW public_campaign_text AS select `t`.`campaign_id` AS `campaign_id`,`t`.`name` AS `name`,`t`.`body` AS `body` from (`liancha`.`campaign_text` `t` join `liancha`.`campaign` `c` on(`c`.`id` = `t`.`campaign_id`)) where `t`.`name` <> 'closing' or `c`.`teams_seed` is not null and (`c`.`teams_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`)
VIEW public_change_part AS select `r`.`draw_id` AS `draw_id`,`r`.`part` AS `part`,`r`.`body` AS `body` from ((`liancha`.`change_part` `r` join `liancha`.`draw` `w` on(`w`.`id` = `r`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) where `c`.`state` in ('drawn','void') and (`c`.`results_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`)
VIEW public_department AS select `d`.`code` AS `code`,`d`.`name` AS `name` from `liancha`.`department` `d`
VIEW public_draw AS select `w`.`id` AS `id`,`w`.`code` AS `code`,`w`.`campaign_id` AS `campaign_id`,`p`.`code` AS `plan_code`,`d`.`name` AS `department_name`,`w`.`frozen_at` AS `frozen_at`,`w`.`snapshot_sha256` AS `snapshot_sha256`,`w`.`snapshot_bytes` AS `snapshot_bytes`,`w`.`snapshot_lines` AS `snapshot_lines`,`w`.`roster_sha256` AS `roster_sha256`,`w`.`roster_bytes` AS `roster_bytes`,`w`.`roster_lines` AS `roster_lines`,`w`.`result_sha256` AS `result_sha256`,`w`.`drawn_sha256` AS `drawn_sha256` from (((`liancha`.`draw` `w` join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) join `liancha`.`plan` `p` on(`p`.`id` = `w`.`plan_id`)) join `liancha`.`department` `d` on(`d`.`id` = `w`.`department_id`)) where `c`.`state` <> 'open' and `w`.`state` = 'frozen'
VIEW public_drawn_part AS select `r`.`draw_id` AS `draw_id`,`r`.`part` AS `part`,`r`.`body` AS `body` from ((`liancha`.`drawn_part` `r` join `liancha`.`draw` `w` on(`w`.`id` = `r`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) where `c`.`state` = 'drawn' and `c`.`publish` = 'once'
VIEW public_draw_result AS select `r`.`draw_id` AS `draw_id`,`r`.`stratum` AS `stratum`,`r`.`position` AS `position`,`s`.`code` AS `subject_code`,`r`.`subject_name` AS `subject_name`,`r`.`selected` AS `selected`,if(coalesce(`c`.`results_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`,0),`r`.`score`,NULL) AS `score` from (((`liancha`.`draw_result` `r` join `liancha`.`draw` `w` on(`w`.`id` = `r`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) join `liancha`.`subject` `s` on(`s`.`id` = `r`.`subject_id`)) where `c`.`state` = 'drawn' and (`c`.`results_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by` or `c`.`publish` = 'once' and `r`.`selected` <> 0)
VIEW public_draw_weight AS select `x`.`draw_id` AS `draw_id`,`x`.`stratum` AS `stratum`,`x`.`weight` AS `weight`,`x`.`subjects` AS `subjects`,`q`.`quota` AS `quota` from (((`liancha`.`draw_weight` `x` join `liancha`.`draw` `w` on(`w`.`id` = `x`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) join `liancha`.`draw_quota` `q` on(`q`.`draw_id` = `x`.`draw_id` and `q`.`stratum` = `x`.`stratum`)) where `c`.`state` in ('drawn','void') and (`c`.`results_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`)
VIEW public_item AS select `i`.`code` AS `code`,`i`.`version` AS `version`,`i`.`specialty` AS `specialty`,`s`.`name` AS `specialty_name`,`i`.`name` AS `name`,`i`.`category` AS `category`,`i`.`method` AS `method`,`i`.`legal_basis` AS `legal_basis`,`i`.`content` AS `content` from ((`liancha`.`inspection_item` `i` join `liancha`.`specialty` `s` on(`s`.`code` = `i`.`specialty`)) left join `liancha`.`inspection_item` `later` on(`later`.`code` = `i`.`code` and `later`.`version` > `i`.`version`)) where `i`.`retired` = 0 and `later`.`id` is null
VIEW public_later AS select distinct `o`.`campaign_id` AS `campaign_id`,`c`.`id` AS `later_id`,`c`.`code` AS `code`,`c`.`state` AS `state`,`c`.`redraw_reason` AS `redraw_reason`,`c`.`announced_at` AS `announced_at` from ((`liancha`.`draw` `o` join `liancha`.`draw` `n` on(`n`.`plan_id` = `o`.`plan_id` and `n`.`id` > `o`.`id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `n`.`campaign_id`)) where `c`.`state` in ('announced','drawn','void')
VIEW public_match_part AS select `m`.`campaign_id` AS `campaign_id`,`m`.`name` AS `name`,`m`.`part` AS `part`,`m`.`body` AS `body` from (`liancha`.`match_part` `m` join `liancha`.`campaign` `c` on(`c`.`id` = `m`.`campaign_id`)) where `c`.`teams_seed` is not null and (`c`.`teams_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`)
VIEW public_notice AS select `n`.`code_hash` AS `code_hash`,`v`.`id` AS `visit_id`,`v`.`planned_on` AS `planned_on`,`v`.`planned_on` <= cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) AS `begun`,`v`.`cancelled_from` AS `cancelled_from`,`v`.`cancelled_kind` AS `cancelled_kind`,`u`.`name` AS `subject_name`,`v`.`campaign_id` AS `campaign_id`,`c`.`code` AS `campaign_code`,`c`.`name` AS `campaign_name`,`l`.`name` AS `lead_name` from ((((`liancha`.`visit_notice` `n` join `liancha`.`visit` `v` on(`n`.`entry` = coalesce(`v`.`joint_id`,`v`.`id`) and (`v`.`id` = `n`.`entry` or `v`.`joint_id` = `n`.`entry`))) join `liancha`.`subject` `u` on(`u`.`id` = `v`.`subject_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `v`.`campaign_id`)) join `liancha`.`department` `l` on(`l`.`id` = `v`.`lead_department_id`)) where `v`.`state` = 'dispatched' and cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) <= coalesce(`v`.`planned_on`,`v`.`cancelled_from`) + interval 7 day and (`v`.`planned_on` <= cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) or `v`.`unannounced` = 0)
VIEW public_notice_inspector AS select `p`.`code_hash` AS `code_hash`,`d`.`name` AS `department_name`,`i`.`name` AS `name`,`i`.`card_no` AS `card_no` from ((((`liancha`.`public_notice` `p` join `liancha`.`section` `s` on(`s`.`visit_id` = `p`.`visit_id`)) join `liancha`.`department` `d` on(`d`.`id` = `s`.`department_id`)) join `liancha`.`assignment` `a` on(`a`.`section_id` = `s`.`id`)) join `liancha`.`inspector` `i` on(`i`.`id` = `a`.`inspector_id`))
VIEW public_notice_item AS select `p`.`code_hash` AS `code_hash`,`d`.`name` AS `department_name`,`i`.`code` AS `code`,`i`.`name` AS `name`,`i`.`legal_basis` AS `legal_basis` from ((((`liancha`.`public_notice` `p` join `liancha`.`section` `s` on(`s`.`visit_id` = `p`.`visit_id`)) join `liancha`.`department` `d` on(`d`.`id` = `s`.`department_id`)) join `liancha`.`check_result` `k` on(`k`.`section_id` = `s`.`id`)) join `liancha`.`inspection_item` `i` on(`i`.`id` = `k`.`item_id`))
VIEW public_notice_section AS select `p`.`code_hash` AS `code_hash`,`s`.`id` AS `section_id`,`p`.`campaign_id` AS `campaign_id`,`s`.`department_id` AS `department_id` from (`liancha`.`public_notice` `p` join `liancha`.`section` `s` on(`s`.`visit_id` = `p`.`visit_id`))
VIEW public_objection AS select `o`.`receipt_hash` AS `receipt_hash`,`o`.`publication_id` AS `publication_id`,`o`.`department_id` AS `department_id`,`d`.`name` AS `department_name`,`o`.`received_at` AS `received_at`,`o`.`received_on` AS `received_on`,`o`.`slot` AS `slot`,`o`.`department_slot` AS `department_slot`,`o`.`state` AS `state`,`o`.`decided_at` AS `decided_at`,`o`.`answer` AS `answer` from (`liancha`.`objection` `o` join `liancha`.`department` `d` on(`d`.`id` = `o`.`department_id`))
VIEW public_plan AS select `p`.`code` AS `code`,`p`.`name` AS `name`,`d`.`name` AS `department_name`,`p`.`ends_on` AS `ends_on`,`p`.`items` AS `items`,(select cast(sum(`q`.`quota`) as signed) from `liancha`.`plan_quota` `q` where `q`.`plan_id` = `p`.`id`) AS `quota` from (`liancha`.`plan` `p` join `liancha`.`department` `d` on(`d`.`id` = `p`.`department_id`)) where `p`.`state` = 'filed'
VIEW public_publication AS select `p`.`id` AS `id`,`p`.`kind` AS `kind`,`p`.`published_at` AS `published_at`,`p`.`due_on` AS `due_on`,`p`.`subject_code` AS `subject_code`,`p`.`subject_name` AS `subject_name`,`p`.`department_id` AS `department_id`,`p`.`department_name` AS `department_name`,coalesce(`d`.`telephone`,'') AS `telephone`,`p`.`region_code` AS `region_code`,`r`.`name` AS `region_name`,`p`.`checked_on` AS `checked_on`,`p`.`result_class` AS `result_class`,`p`.`payload` AS `payload`,`p`.`payload_hash` AS `payload_hash`,`p`.`search_text` AS `search_text`,`p`.`tags` AS `tags`,`p`.`version` AS `version`,`p`.`corrected_at` AS `corrected_at`,`p`.`corrected_reason` AS `corrected_reason` from ((`liancha`.`publication` `p` left join `liancha`.`department` `d` on(`d`.`id` = `p`.`department_id`)) join `liancha`.`region` `r` on(`r`.`code` = `p`.`region_code`)) where `p`.`state` = 'published'
VIEW public_publication_suffix AS select `x`.`suffix` AS `suffix`,`x`.`publication_id` AS `publication_id` from `liancha`.`publication_suffix` `x`
VIEW public_rating AS select `p`.`code_hash` AS `code_hash`,`p`.`visit_id` AS `visit_id`,`s`.`id` AS `section_id`,`s`.`department_id` = `v`.`lead_department_id` AS `led`,`r`.`form_hash` AS `form_hash` from (((`liancha`.`public_notice` `p` join `liancha`.`visit` `v` on(`v`.`id` = `p`.`visit_id`)) join `liancha`.`section` `s` on(`s`.`visit_id` = `p`.`visit_id`)) left join `liancha`.`visit_rating` `r` on(`r`.`section_id` = `s`.`id`))
VIEW public_region AS select `r`.`code` AS `code`,`r`.`name` AS `name` from `liancha`.`region` `r`
VIEW public_result_part AS select `r`.`draw_id` AS `draw_id`,`r`.`part` AS `part`,`r`.`body` AS `body` from ((`liancha`.`result_part` `r` join `liancha`.`draw` `w` on(`w`.`id` = `r`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) where `c`.`state` in ('drawn','void') and (`c`.`results_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`)
VIEW public_retraction AS select `p`.`id` AS `id`,`p`.`kind` AS `kind`,`p`.`department_name` AS `department_name`,`p`.`published_at` AS `published_at`,`p`.`stopped_at` AS `stopped_at`,`p`.`stopped_cause` AS `stopped_cause`,`p`.`stopped_reason` AS `stopped_reason` from `liancha`.`publication` `p` where `p`.`state` = 'retracted'
VIEW public_roster_part AS select `r`.`draw_id` AS `draw_id`,`r`.`part` AS `part`,`r`.`body` AS `body` from ((`liancha`.`roster_part` `r` join `liancha`.`draw` `w` on(`w`.`id` = `r`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) where `c`.`state` in ('drawn','void') and (`c`.`results_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`)
VIEW public_snapshot_part AS select `s`.`draw_id` AS `draw_id`,`s`.`part` AS `part`,`s`.`body` AS `body` from ((`liancha`.`snapshot_part` `s` join `liancha`.`draw` `w` on(`w`.`id` = `s`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) where `c`.`state` in ('drawn','void') and (`c`.`results_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`)
VIEW public_specialty AS select `s`.`code` AS `code`,`s`.`name` AS `name` from `liancha`.`specialty` `s`
VIEW public_substitute AS select `x`.`id` AS `id`,`w`.`campaign_id` AS `campaign_id`,`w`.`code` AS `draw`,`x`.`stratum` AS `stratum`,`o`.`code` AS `subject`,`s`.`code` AS `substitute`,`x`.`position` AS `position`,`x`.`made_at` AS `made_at`,`x`.`exception` AS `exception`,`x`.`opening` AS `opening`,`x`.`reason` AS `reason` from ((((`liancha`.`substitute` `x` join `liancha`.`draw` `w` on(`w`.`id` = `x`.`draw_id`)) join `liancha`.`campaign` `c` on(`c`.`id` = `w`.`campaign_id`)) join `liancha`.`subject` `o` on(`o`.`id` = `x`.`subject_id`)) join `liancha`.`subject` `s` on(`s`.`id` = `x`.`substitute_id`)) where `c`.`state` = 'drawn' and (`c`.`publish` = 'once' or `c`.`results_public_at` is not null or cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) > `c`.`public_by`)
VIEW rating_entry AS select `liancha`.`visit_rating`.`section_id` AS `section_id`,`liancha`.`visit_rating`.`campaign_id` AS `campaign_id`,`liancha`.`visit_rating`.`department_id` AS `department_id`,`liancha`.`visit_rating`.`form_hash` AS `form_hash`,`liancha`.`visit_rating`.`lawful` AS `lawful`,`liancha`.`visit_rating`.`burden` AS `burden`,`liancha`.`visit_rating`.`conduct` AS `conduct`,`liancha`.`visit_rating`.`guidance` AS `guidance`,`liancha`.`visit_rating`.`leads` AS `leads`,`liancha`.`visit_rating`.`content` AS `content`,`liancha`.`visit_rating`.`rated_in` AS `rated_in` from `liancha`.`visit_rating` where `liancha`.`visit_rating`.`lawful` between 1 and 5 and `liancha`.`visit_rating`.`burden` between 1 and 5 and `liancha`.`visit_rating`.`conduct` between 1 and 5 and `liancha`.`visit_rating`.`guidance` between 1 and 5 and char_length(`liancha`.`visit_rating`.`content`) <= 500 and (`liancha`.`visit_rating`.`leads` <> 0 or `liancha`.`visit_rating`.`content` = '') and `liancha`.`visit_rating`.`rated_in` = date_format(cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date),'%Y-%m') and `liancha`.`visit_rating`.`department_id` = (select distinct `s`.`department_id` from ((`liancha`.`section` `s` join `liancha`.`visit` `v` on(`v`.`id` = `s`.`visit_id`)) join `liancha`.`visit_notice` `n` on(`n`.`entry` = coalesce(`v`.`joint_id`,`v`.`id`))) where `s`.`id` = `liancha`.`visit_rating`.`section_id` and `v`.`campaign_id` = `liancha`.`visit_rating`.`campaign_id` and `v`.`state` = 'dispatched' and cast('1970-01-01' + interval unix_timestamp(sysdate()) + 28800 second as date) between `v`.`planned_on` and `v`.`planned_on` + interval 7 day)
VIEW rating_line AS select `liancha`.`visit_rating`.`id` AS `id`,`liancha`.`visit_rating`.`campaign_id` AS `campaign_id`,`liancha`.`visit_rating`.`department_id` AS `department_id`,`liancha`.`visit_rating`.`lawful` AS `lawful`,`liancha`.`visit_rating`.`burden` AS `burden`,`liancha`.`visit_rating`.`conduct` AS `conduct`,`liancha`.`visit_rating`.`guidance` AS `guidance`,`liancha`.`visit_rating`.`leads` AS `leads`,`liancha`.`visit_rating`.`content` AS `content`,`liancha`.`visit_rating`.`rated_in` AS `rated_in`,`liancha`.`visit_rating`.`mark` AS `mark` from `liancha`.`visit_rating`
VIEW roster_change_open AS select `liancha`.`roster_change`.`id` AS `id`,`liancha`.`roster_change`.`campaign_id` AS `campaign_id`,`liancha`.`roster_change`.`card_no` AS `card_no`,`liancha`.`roster_change`.`field` AS `field`,`liancha`.`roster_change`.`used` AS `used`,`liancha`.`roster_change`.`said_by` AS `said_by`,`liancha`.`roster_change`.`approved_by` AS `approved_by`,`liancha`.`roster_change`.`approved_at` AS `approved_at` from `liancha`.`roster_change` where `liancha`.`roster_change`.`approved_by` is null and `liancha`.`roster_change`.`approved_at` is null
VIEW roster_change_timely AS select `roster_change_open`.`id` AS `id`,`roster_change_open`.`campaign_id` AS `campaign_id`,`roster_change_open`.`card_no` AS `card_no`,`roster_change_open`.`field` AS `field`,`roster_change_open`.`used` AS `used`,`roster_change_open`.`said_by` AS `said_by`,`roster_change_open`.`approved_by` AS `approved_by`,`roster_change_open`.`approved_at` AS `approved_at` from `liancha`.`roster_change_open` where `roster_change_open`.`approved_at` is null or abs(timestampdiff(SECOND,`roster_change_open`.`approved_at`,'1970-01-01' + interval unix_timestamp(sysdate(3)) second)) <= 60
